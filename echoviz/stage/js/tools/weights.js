/** The weights of the model by name: which one a place in Keras' row is, and the other way round. */

import { locateWeight } from "../data/gradient.js";
import { subscript } from "../words/numbers.js";

/** @typedef {import("../types.js").Header} Header */
/**
 * A weight as it is chosen: which of Keras' five arrays; the gate and the neuron that it feeds and the neuron it comes
 * from, of the LSTM; the row and the answer's column, of the head. Counted from 0; what does not apply is 0.
 * @typedef {{ matrix: number, gate: number, neuron: number, from: number, row: number, column: number }} Choice
 */

/** Keras' order of the gates. */
export const GATES = ["i", "f", "c̃", "o"];

/** @param {Header} header @param {number} place @returns {Choice} */
export function readChoice(header, place) {
  const { matrix, row, column } = locateWeight(header, place);
  const neurons = header.weightShapes[1][0];
  if (matrix > 2) return { matrix, gate: 0, neuron: 0, from: 0, row: Math.max(0, row), column };
  const from = matrix === 1 ? row : 0;
  return { matrix, gate: Math.floor(column / neurons), neuron: column % neurons, from, row: 0, column: 0 };
}

/**
 * How many there are to choose from of each part; 1 where there is no choice.
 * @param {Header} header @param {number} matrix
 * @returns {Choice}
 */
export function countChoices({ weightShapes, head }, matrix) {
  const neurons = weightShapes[1][0];
  const isHead = matrix > 2;
  return {
    matrix: weightShapes.length,
    gate: isHead ? 1 : GATES.length,
    neuron: isHead ? 1 : neurons,
    from: matrix === 1 ? neurons : 1,
    row: matrix === 3 ? head.rows : 1,
    column: isHead ? head.columns : 1,
  };
}

/**
 * Where a choice stands in Keras' row; parts beyond their bounds are the nearest.
 * @param {Header} header @param {Choice} choice
 */
export function placeChoice(header, choice) {
  const { weightShapes, head } = header;
  const counts = countChoices(header, choice.matrix);
  /** @param {keyof Choice} part */
  const bound = (part) => Math.max(0, Math.min(counts[part] - 1, Math.round(choice[part]) || 0));
  const before = weightShapes
    .slice(0, choice.matrix)
    .reduce((sum, shape) => sum + shape.reduce((product, axis) => product * axis, 1), 0);
  const neurons = weightShapes[1][0];
  if (choice.matrix === 3) return before + bound("row") * head.rowStride + bound("column") * head.columnStride;
  if (choice.matrix === 4) return before + bound("column");
  return before + bound("from") * 4 * neurons + bound("gate") * neurons + bound("neuron");
}

/**
 * As the drawing names it: `Dense W₃`; of the LSTM with what it feeds: `LSTM W → f₂`, `LSTM U h₅ → f₂`.
 * @param {Header} header @param {number} place
 */
export function nameWeight(header, place) {
  const { matrix, gate, neuron, from, row, column } = readChoice(header, place);
  if (matrix > 2) {
    const name = matrix === 3 ? `W${subscript(row + 1)}` : "b";
    return `Dense ${name}${header.head.columns > 1 ? ` → ŷ${subscript(column + 1)}` : ""}`;
  }
  const target = `${GATES[gate]}${subscript(neuron + 1)}`;
  return `LSTM ${["W", "U", "b"][matrix]} ${matrix === 1 ? `h${subscript(from + 1)} → ` : "→ "}${target}`;
}
