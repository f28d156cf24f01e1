/** Inside one LSTM cell: every gate of every neuron at one timestep, and the arithmetic that made it. */

import { computeTerms } from "../data/forward.js";
import { isFresh } from "../data/wiring.js";
import { isHiddenKnown } from "../state/view.js";
import { makeCell, makeRect, makeText } from "./items.js";

/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {import("../types.js").Item} Item */
/** @typedef {"i" | "f" | "g" | "o" | "c" | "h"} Column */
/**
 * A word between cells, or a cell with its name above.
 * @typedef {string | { value: number | null, was?: number, name: string, over: string, colour: string, hit?: string
 *   }} Part
 */

const COLUMNS = /** @type {Column[]} */ (["i", "f", "g", "o", "c", "h"]);
const NAMES = { i: "i", f: "f", g: "c̃", o: "o", c: "c", h: "h" };
const CELL_W = 42;

/** @param {Picture} pic @returns {{ items: Item[], bottom: number }} */
export function drawCellView(pic) {
  const { geo, scene, view, colours, say } = pic;
  const x = geo.narrow ? 6 : geo.panel.x;
  const top = geo.panel.y;
  const key = `cell_title_${scene.unit}`;
  const bold = { fill: colours.palette.ink, "font-weight": 700 };
  const title = makeText("cell-title", x, top + 17, say(key, { number: view.step + 1 }), bold, 15);
  const table = drawTable(pic, x, top + 26);
  const gates = drawGates(pic, x, table.bottom + 14);
  const state = drawNewState(pic, x, gates.bottom + 10);
  return { items: [title, ...table.items, ...gates.items, ...state.items], bottom: state.bottom };
}

/** @param {Picture} pic @param {Column} column */
const colourOf = ({ colours }, column) =>
  column === "c" || column === "h" ? colours.palette.state : colours.palette.gates[NAMES[column]];

/** @param {Picture} pic @param {Column} column */
function valueOf({ moment, scene, view }, column) {
  const at = view.step * scene.neurons + view.neuron;
  return { value: moment.trace ? moment.trace[column][at] : null, was: moment.was?.trace?.[column][at] };
}

/** All shown neurons: one row each. @param {Picture} pic @param {number} x @param {number} top */
function drawTable(pic, x, top) {
  const { geo } = pic;
  const rowH = geo.neurons.length > 8 ? 14 : geo.neurons.length > 5 ? 16 : 19;
  const heads = COLUMNS.map((column, at) => {
    const a = { fill: colourOf(pic, column), "text-anchor": "middle", "font-weight": 700 };
    return makeText(`cell-head-${column}`, x + 28 + at * (CELL_W + 2) + CELL_W / 2, top + 12, NAMES[column], a, 13);
  });
  const rows = geo.neurons.flatMap((neuron, row) =>
    drawNeuron(pic, { neuron, row, x, y: top + 18 + row * rowH, rowH }),
  );
  return { items: [...heads, ...rows], bottom: top + 18 + geo.neurons.length * rowH };
}

/**
 * @param {Picture} pic
 * @param {{ neuron: number, row: number, x: number, y: number, rowH: number }} at
 * @returns {Item[]}
 */
function drawNeuron(pic, { neuron, row, x, y, rowH }) {
  const { scene, view, moment, colours } = pic;
  const { palette } = colours;
  const chosen = neuron === view.neuron;
  const known = isHiddenKnown(view, view.step);
  const a = {
    fill: chosen ? palette.accent : palette.ink_soft,
    "font-weight": chosen ? 700 : 400,
    "text-anchor": "end",
  };
  const cells = COLUMNS.map((column, at) => {
    const place = view.step * scene.neurons + neuron;
    const value = moment.trace ? moment.trace[column][place] : null;
    const was = moment.was?.trace?.[column][place];
    const d = { name: `all-${column}`, hit: "neuron", neuron, lane: view.step };
    const box = { x: x + 28 + at * (CELL_W + 2), y, w: CELL_W, h: rowH - 1 };
    return makeCell(pic, `cell-all-${column}-${row}`, box, { value, was, known, size: 11.5, d });
  });
  const frame = { fill: "none", stroke: palette.accent, "stroke-width": 2, rx: 3, "pointer-events": "none" };
  const around = { x: x + 26, y: y - 1, w: (CELL_W + 2) * COLUMNS.length + 2, h: rowH + 1 };
  return [
    makeText(`cell-row-${row}`, x + 22, y + rowH / 2 + 4, `${chosen ? "▸" : ""}${neuron + 1}`, a),
    ...cells,
    ...(chosen ? [makeRect("cell-chosen-row", "tokens", around, frame)] : []),
  ];
}

/**
 * Words and cells from left to right; each cell has its name above it.
 * @param {Picture} pic
 * @param {{ k: string, x: number, y: number }} at
 * @param {Part[]} parts
 * @returns {Item[]}
 */
function drawRow(pic, { k, x, y }, parts) {
  const { palette } = pic.colours;
  const known = isHiddenKnown(pic.view, pic.view.step);
  let left = x;
  return parts.flatMap((part, at) => {
    if (typeof part === "string") {
      const width = part.length * 6 + 7;
      left += width;
      return [
        makeText(`${k}-${at}`, left - width / 2, y + 14, part, { fill: palette.ink, "text-anchor": "middle" }, 13),
      ];
    }
    const cell = makeCell(
      pic,
      `${k}-${at}`,
      { x: left, y, w: CELL_W, h: 19 },
      {
        value: part.value,
        was: part.was,
        known,
        d: { name: part.name, neuron: pic.view.neuron, lane: pic.view.step, ...(part.hit ? { hit: part.hit } : {}) },
      },
    );
    left += CELL_W;
    if (!part.over) return [cell];
    const over = { fill: part.colour, "text-anchor": "middle", "font-weight": 700 };
    return [cell, makeText(`${k}-over-${at}`, left - CELL_W / 2, y - 4, part.over, over, 12)];
  });
}

/**
 * The chosen neuron's four gates: three terms, squeezed into 0 to 1 (c̃: −1 to 1).
 * @param {Picture} pic
 * @param {number} x
 * @param {number} top
 */
function drawGates(pic, x, top) {
  const { scene, view, moment, colours, say } = pic;
  const { palette } = colours;
  const { step: lane, neuron } = view;
  const { trace, weights } = moment;
  const fresh = isFresh(scene, lane);
  const title = { fill: palette.accent, "font-weight": 700 };
  /** @type {Item[]} */
  const items = [makeText("cell-neuron", x, top + 10, say("cell_neuron", { number: neuron + 1 }), title, 13)];
  for (const [gate, column] of /** @type {Column[]} */ (["i", "f", "g", "o"]).entries()) {
    const terms = trace && weights ? computeTerms(weights, trace, { lane, gate, neuron, fresh }) : null;
    const y = top + 16 + gate * 21;
    const name = { fill: colourOf(pic, column), "font-weight": 700, "text-anchor": "end" };
    /** @param {"input" | "recurrent" | "bias"} term @param {string} over @returns {Part} */
    const part = (term, over) => ({
      value: terms && terms[term],
      hit: "term",
      name: `${column}-${term}`,
      over: gate ? "" : over,
      colour: palette.ink_soft,
    });
    items.push(
      makeText(`cell-name-${column}`, x + 70, y + 14, `${NAMES[column]} = ${column === "g" ? "tanh" : "σ"}(`, name, 13),
      ...drawRow(pic, { k: `cell-gate-${column}`, x: x + 72, y }, [
        part("input", "x·W"),
        "+",
        part("recurrent", "h₋₁·U"),
        "+",
        part("bias", "b"),
        ")=",
        { ...valueOf(pic, column), hit: "gate", name: `gate-${column}`, over: "", colour: "" },
      ]),
    );
  }
  return { items, bottom: top + 16 + 4 * 21 };
}

/**
 * How the gates make the new cell state, and the cell state h.
 * @param {Picture} pic
 * @param {number} x
 * @param {number} top
 */
function drawNewState(pic, x, top) {
  const { scene, view, moment } = pic;
  const at = view.step * scene.neurons + view.neuron;
  const before = moment.trace ? (isFresh(scene, view.step) ? 0 : moment.trace.c[at - scene.neurons]) : null;
  /** @param {Column} column @param {string} name @returns {Part} */
  const part = (column, name) => ({
    ...valueOf(pic, column),
    name,
    over: NAMES[column],
    colour: colourOf(pic, column),
  });
  const old = { value: before, name: "c-before", over: "c₋₁", colour: pic.colours.palette.state };
  return {
    items: [
      ...drawRow(pic, { k: "cell-c", x, y: top + 14 }, [
        part("f", "c-f"),
        "·",
        old,
        "+",
        part("i", "c-i"),
        "·",
        part("g", "c-g"),
        "=",
        part("c", "c-new"),
      ]),
      ...drawRow(pic, { k: "cell-h", x, y: top + 54 }, [
        part("o", "h-o"),
        "· tanh(",
        part("c", "h-c"),
        ")=",
        part("h", "h-new"),
      ]),
    ],
    bottom: top + 76,
  };
}
