/** Inside one LSTM cell: every gate of every neuron at one timestep, and the arithmetic that made it. */

import { makeCell } from "./draw.js";
import { computeTerms } from "./forward.js";
import { makeText } from "./labels.js";
import { isFresh, isHiddenKnown } from "./view.js";

/** @typedef {import("./types.js").Picture} Picture */
/** @typedef {import("./types.js").Item} Item */

const COLUMNS = /** @type {const} */ (["i", "f", "g", "o", "c", "h"]);
const NAMES = { i: "i", f: "f", g: "c̃", o: "o", c: "c", h: "h" };

/** @param {Picture} pic @returns {{ items: Item[], bottom: number }} */
export function drawCellView(pic) {
  const { geo, scene, view, colours, say } = pic;
  const { palette } = colours;
  const x = geo.narrow ? 6 : geo.panel.x;
  const top = geo.panel.y;
  const key = scene.framing === "one-to-one" ? "cell_title_sample" : "cell_title";
  const title = makeText("cell-title", x, top + 17, say(key, { number: view.step + 1 }), { fill: palette.ink, "font-weight": 700 }, 15);
  const table = drawTable(pic, x, top + 30);
  const sums = drawArithmetic(pic, x, table.bottom + 12);
  return { items: [title, ...table.items, ...sums.items], bottom: sums.bottom };
}

/** @param {Picture} pic @param {keyof typeof NAMES} column */
function colourOf({ colours }, column) {
  const { palette } = colours;
  return column === "c" || column === "h" ? palette.state : palette.gates[NAMES[column]];
}

/** All shown neurons: one row each. @param {Picture} pic @param {number} x @param {number} top */
function drawTable(pic, x, top) {
  const { geo, scene, view, moment, colours } = pic;
  const { palette } = colours;
  const rowH = geo.neurons.length > 8 ? 13 : geo.neurons.length > 5 ? 16 : 19;
  const pitch = 44;
  const known = isHiddenKnown(view, view.step);
  /** @type {Item[]} */
  const items = COLUMNS.map((column, at) =>
    makeText(`cell-head-${column}`, x + 26 + at * pitch + 21, top + 12, NAMES[column],
      { fill: colourOf(pic, column), "text-anchor": "middle", "font-weight": 700 }, 13));
  for (const [row, neuron] of geo.neurons.entries()) {
    const y = top + 18 + row * rowH;
    const chosen = neuron === view.neuron;
    items.push(makeText(`cell-row-${row}`, x, y + rowH / 2 + 4, `${chosen ? "▸" : " "}${neuron + 1}`,
      { fill: chosen ? palette.accent : palette.ink_soft, "font-weight": chosen ? 700 : 400 }, 12));
    for (const [at, column] of COLUMNS.entries()) {
      const value = moment.trace ? moment.trace[column][view.step * scene.neurons + neuron] : null;
      items.push(makeCell(pic, `cell-${column}-${row}`, { x: x + 26 + at * pitch, y, w: pitch - 2, h: rowH - 1 }, {
        value, known, numbers: rowH > 12, lit: chosen && column === "h", size: rowH < 15 ? 11 : 11.5,
        d: { name: `all-${column}`, hit: "neuron", neuron, lane: view.step },
      }));
    }
  }
  return { items, bottom: top + 18 + geo.neurons.length * rowH };
}

/**
 * A row of words and cells from left to right.
 * @param {Picture} pic
 * @param {{ k: string, x: number, y: number, known: boolean }} at
 * @param {(string | { value: number | null, name: string, colour?: string })[]} parts
 * @returns {Item[]}
 */
function drawRow(pic, { k, x, y, known }, parts) {
  const { palette } = pic.colours;
  let left = x;
  return parts.map((part, at) => {
    if (typeof part === "string") {
      const width = [...part.replace(/\u0303/g, "")].length * 6.8 + 4;
      const item = makeText(`${k}-${at}`, left + width / 2, y + 14, part, { fill: palette.ink, "text-anchor": "middle" }, 12.5);
      left += width;
      return item;
    }
    const cell = makeCell(pic, `${k}-${at}`, { x: left, y, w: 41, h: 19 }, {
      value: part.value, known, d: { name: part.name, neuron: pic.view.neuron, lane: pic.view.step },
    });
    left += 41;
    return cell;
  });
}

/** The chosen neuron's arithmetic. @param {Picture} pic @param {number} x @param {number} top */
function drawArithmetic(pic, x, top) {
  const { scene, view, moment, colours, say } = pic;
  const { palette } = colours;
  const { step: lane, neuron } = view;
  const { trace, weights } = moment;
  const at = lane * scene.neurons + neuron;
  const known = isHiddenKnown(view, lane);
  const fresh = isFresh(scene, lane);
  /** @type {Item[]} */
  const items = [
    makeText("cell-chosen", x, top + 10, say("cell_neuron", { number: neuron + 1 }), { fill: palette.accent, "font-weight": 700 }, 13),
    makeText("cell-formula", x + 76, top + 10, "x·W + h₋₁·U + b", { fill: palette.ink_soft }, 12),
  ];
  const gates = /** @type {const} */ (["i", "f", "g", "o"]);
  for (const [gate, column] of gates.entries()) {
    const terms = trace && weights ? computeTerms(weights, trace, { lane, gate, neuron, fresh }) : null;
    const y = top + 18 + gate * 22;
    items.push(
      makeText(`cell-name-${column}`, x + 8, y + 14, NAMES[column], { fill: colourOf(pic, column), "font-weight": 700, "text-anchor": "middle" }, 13),
      ...drawRow(pic, { k: `cell-gate-${column}`, x: x + 16, y, known }, [
        column === "g" ? "=tanh(" : "=σ(",
        { value: terms && terms.input, name: `${column}-input` }, "+",
        { value: terms && terms.recurrent, name: `${column}-recurrent` }, "+",
        { value: terms && terms.bias, name: `${column}-bias` }, ")=",
        { value: trace && trace[column][at], name: `gate-${column}` },
      ]),
    );
  }
  const before = trace ? (fresh ? 0 : trace.c[at - scene.neurons]) : null;
  const y = top + 18 + 4 * 22 + 6;
  const state = { fill: palette.state, "font-weight": 700 };
  /** @param {"i" | "f" | "g" | "o" | "c" | "h"} column @param {string} name */
  const part = (column, name) => ({ value: trace && trace[column][at], name });
  items.push(
    makeText("cell-c-formula", x, y + 12, "f·c₋₁ + i·c̃ = c", state, 13),
    ...drawRow(pic, { k: "cell-c", x, y: y + 18, known }, [
      part("f", "c-f"), "·", { value: before, name: "c-before" }, "+", part("i", "c-i"), "·", part("g", "c-g"), "=", part("c", "c-new"),
    ]),
    makeText("cell-h-formula", x, y + 54, "o·tanh(c) = h", state, 13),
    ...drawRow(pic, { k: "cell-h", x, y: y + 60, known }, [part("o", "h-o"), "·tanh(", part("c", "h-c"), ")=", part("h", "h-new")]),
  );
  return { items, bottom: y + 84 };
}
