/** What Tab reaches inside the drawing, and how the arrows go on from there. */

import { LIMIT } from "../data/changes.js";
import { inputOf } from "../data/wiring.js";
import { formatNumber, subscript } from "../words/numbers.js";
import { setAttributes } from "./nodes.js";

/** @typedef {import("../types.js").App} App */

const WEIGHTS = "[data-layer='card'] [data-hit='w']";

/**
 * Along a column of weights or from column to column, and in which direction.
 * @type {Record<string, ["down" | "across", number]>}
 */
const WAYS = {
  ArrowDown: ["down", 1],
  ArrowUp: ["down", -1],
  ArrowRight: ["across", 1],
  ArrowLeft: ["across", -1],
};

/**
 * Focus the next weight of the same column or row; false where the key means something else here.
 * @param {App} app
 * @param {string} key
 * @param {SVGElement} from
 */
export function moveFocus({ scene, parts }, key, from) {
  const way = WAYS[key];
  if (!way || (way[0] === "across" && scene.kind === "stamp")) return false;
  const [direction, by] = way;
  const column = scene.kind === "flat" ? "lane" : "output"; // one output's weights, in parts above their lanes
  const [along, across] = direction === "down" ? ["neuron", column] : [column, "neuron"];
  const all = /** @type {SVGElement[]} */ ([...parts.svg.querySelectorAll(WEIGHTS)]);
  const line = all.filter((node) => node.dataset[across] === from.dataset[across]);
  line.sort((a, b) => Number(a.dataset[along]) - Number(b.dataset[along]));
  const next = line[line.indexOf(from) + by];
  if (next) {
    for (const node of all) node.setAttribute("tabindex", node === next ? "0" : "-1");
    next.focus({ preventScroll: true });
  }
  return true;
}

/** With a tool that changes them the numbers that go in can be reached too, the current one first. @param {App} app */
function markInputs({ parts, view, scene, say }) {
  const isHeld = parts.stage.dataset.grip === "x";
  for (const node of /** @type {NodeListOf<SVGElement>} */ (parts.svg.querySelectorAll("[data-hit='x']"))) {
    const lane = Number(node.dataset.lane);
    if (!isHeld) {
      for (const name of ["tabindex", "role", "aria-label", "aria-valuenow"]) node.removeAttribute(name);
      continue;
    }
    setAttributes(node, {
      tabindex: lane === view.step ? 0 : -1,
      role: "slider",
      "aria-label": say("yours_at", { number: lane + 1 }),
      "aria-valuenow": inputOf(scene, lane),
      "aria-valuemin": -LIMIT,
      "aria-valuemax": LIMIT,
    });
  }
}

/** One weight and the current box can be reached by Tab; the arrows go on from there. @param {App} app */
export function markFocusable(app) {
  const { svg } = app.parts;
  const weights = /** @type {SVGElement[]} */ ([...svg.querySelectorAll(WEIGHTS)]);
  const held = weights.find((node) => node.getAttribute("tabindex") === "0");
  for (const node of weights) {
    const wanted = node === (held ?? weights[0]) ? "0" : "-1";
    if (node.getAttribute("tabindex") !== wanted) node.setAttribute("tabindex", wanted);
    if (!node.hasAttribute("role")) node.setAttribute("role", "img");
    nameWeight(node);
  }
  for (const box of svg.querySelectorAll("rect[data-hit='box']")) {
    const here = box.getAttribute("data-lane") === String(app.view.step);
    if (box.getAttribute("tabindex") !== (here ? "0" : "-1")) box.setAttribute("tabindex", here ? "0" : "-1");
    if (!box.hasAttribute("role")) box.setAttribute("role", "button");
  }
  markInputs(app);
}

/** What a screen reader says of a weight. @param {SVGElement} node */
function nameWeight(node) {
  const { name, row, value } = node.dataset;
  const number = name === "W" ? subscript(Number(row) + 1) : "";
  const label = `${name}${number}${value === undefined ? "" : ` = ${formatNumber(Number(value))}`}`;
  if (node.getAttribute("aria-label") !== label) node.setAttribute("aria-label", label);
}
