/** Placeholder. */
import { makeNode } from "./nodes.js";

/** @type {import("../types.js").Tool} */
export const holdTool = {
  name: "hold",
  build: () => ({ root: makeNode("div"), render: () => {} }),
};
