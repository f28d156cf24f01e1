/** Weights by place: which one a number of Keras' row is, the other way round, and what it is called. */

import { subscript } from "../words/numbers.js";

/** @typedef {import("../types.js").Header} Header */
/** @typedef {{ at: number, step: number | null }} Picked */

export const MATRICES = /** @type {const} */ (["kernel", "recurrent", "bias", "headKernel", "headBias"]);
export const GATE_NAMES = ["i", "f", "c̃", "o"];

/** How many numbers stand in each of Keras' arrays. @param {Header} header */
const countEach = ({ weightShapes }) => weightShapes.map((shape) => shape.reduce((size, axis) => size * axis, 1));

/** How many weights the head's arrays begin after. @param {Header} header */
export const headStart = (header) =>
  countEach(header)
    .slice(0, 3)
    .reduce((sum, size) => sum + size, 0);

/**
 * Where a weight stands: its array, and row and column in it. The head's row and column are those that an answer
 * reads, the LSTM's column is a gate's neuron.
 * @param {Header} header as Python sent it @param {number} at place in Keras' row
 */
export function locateWeight(header, at) {
  const sizes = countEach(header);
  const neurons = header.weightShapes[1][0];
  let [matrix, place] = [0, at];
  while (place >= sizes[matrix]) place -= sizes[matrix++];
  if (matrix === 4) return { matrix, gate: null, row: 0, column: place };
  if (matrix === 3) {
    const { rowStride, columnStride, columns } = header.head;
    const byColumn = rowStride === 1 && columns > 1;
    const column = byColumn ? Math.floor(place / columnStride) : place % columns;
    return { matrix, gate: null, row: byColumn ? place % columnStride : Math.floor(place / rowStride), column };
  }
  const width = 4 * neurons;
  const [row, inRow] = [Math.floor(place / width), place % width];
  return { matrix, gate: Math.floor(inRow / neurons), row, column: inRow % neurons };
}

/**
 * The place in Keras' row.
 * @param {Header} header @param {{ matrix: number, gate: number | null, row: number, column: number }} where
 */
export function placeWeight(header, { matrix, gate, row, column }) {
  const start = countEach(header)
    .slice(0, matrix)
    .reduce((sum, size) => sum + size, 0);
  const neurons = header.weightShapes[1][0];
  if (matrix === 4) return start + column;
  if (matrix === 3) return start + row * header.head.rowStride + column * header.head.columnStride;
  return start + (matrix === 1 ? row : 0) * 4 * neurons + Number(gate) * neurons + column;
}

/** How many rows and columns one can choose from. @param {Header} header @param {number} matrix */
export function sizeOf({ weightShapes, head }, matrix) {
  const neurons = weightShapes[1][0];
  if (matrix > 2) return { rows: matrix === 3 ? head.rows : 1, columns: head.columns };
  return { rows: matrix === 1 ? neurons : 1, columns: neurons };
}

/** As the drawing calls it: W₂ of Dense, U of the forget gate. @param {Header} header @param {Picked} picked */
export function nameWeight(header, { at, step }) {
  const { matrix, gate, row, column } = locateWeight(header, at);
  const own = step !== null ? ` · t ${step + 1}` : header.head.columns > 1 ? ` · ŷ${subscript(column + 1)}` : "";
  if (matrix === 4) return `Dense b${own}`;
  if (matrix === 3) return `Dense W${subscript(row + 1)}${own}`;
  const name = ["W", "U", "b"][matrix];
  const from = matrix === 1 ? `${row + 1}→` : "";
  return `LSTM ${name} · ${GATE_NAMES[Number(gate)]} · ${from}${column + 1}`;
}
