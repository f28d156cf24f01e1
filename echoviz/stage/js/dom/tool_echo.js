/** Placeholder. */
import { ECHOES } from "../tools/echo.js";
import { makeNode } from "./nodes.js";

/** @type {import("../types.js").Tool} */
export const echoTool = {
  name: "echo",
  build: () => ({ root: makeNode("div", {}, [String(ECHOES)]), render: () => {} }),
};
