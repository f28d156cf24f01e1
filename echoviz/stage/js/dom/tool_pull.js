/** Placeholder. */
import { makeNode } from "./nodes.js";

/** @type {import("../types.js").Tool} */
export const pullTool = {
  name: "pull",
  build: () => ({ root: makeNode("div"), render: () => {} }),
};
