/** What a visitor changes by hand: own numbers, pulled weights, held gates. A plain value; nothing is overwritten. */

import { findKind, findUnit, reads } from "./wiring.js";

/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../types.js").Header} Header */
/** @typedef {import("../types.js").Changes} Changes */

/** The model as it was trained. @type {Changes} */
export const NOTHING = Object.freeze({ own: null, unglued: false, pulled: [], held: [], weight: null });

/** How far own numbers and pulled weights may go from 0. */
export const LIMIT = 10;
/** As many timesteps as an experiment may have. */
export const MOST_NUMBERS = 50;
/** A link has to hold them all. */
export const MOST_PULLED = 16;
export const MOST_HELD = 12;

/** @param {Changes} changes */
export const changesNothing = ({ own, unglued, pulled, held }) =>
  own === null && !unglued && !pulled.length && !held.length;

/** How many numbers go in. @param {Header} header */
export const countInputs = ({ x }) => x.length;

/** Whether one number goes in and is copied to every timestep. @param {Header} header */
export const isCopied = ({ tensors }) => !tensors[0].axes.includes("timestep");

/**
 * Whether another number of inputs can be answered: each answer reads its own lane, with weights that all share.
 * @param {Header} header
 */
export const canChangeLength = (header) =>
  header.head.columns === 1 &&
  !isCopied(header) &&
  header.answers.every(({ first, last, lane }, at) => first === at && last === at && lane === at);

/** Whether the head's weights are shared by timesteps, so that they can come apart. @param {Header} header */
export const canUnglue = ({ lanes, head }) => head.columns === 1 && lanes.length > 1 && lanes[1].step === 1;

/** What ought to come out for some inputs: late by the delay, or the multiples of the only one.
 * @param {Header} header @param {number[]} x @returns {number[]} */
export function deriveTargets(header, x) {
  if (isCopied(header)) return header.lanes.map((_, at) => x[0] * at);
  return x.map((_, at) => (at < header.delay ? 0 : x[at - header.delay]));
}

/**
 * The scene with other numbers going in, and with the head's weights apart; the given one where nothing differs.
 * @param {Scene} given as Python sent it
 * @param {Changes} changes
 * @returns {Scene}
 */
export function deriveScene(given, { own, unglued }) {
  const fed = own ? feed(given.header, own) : given.header;
  const header = unglued && canUnglue(given.header) ? unglue(fed) : fed;
  if (header === given.header) return given;
  const { answers, lanes } = header;
  return {
    ...given,
    header,
    kind: findKind(header),
    passedOn: lanes.map((_, lane) => answers.some((answer) => reads(answer, lane))),
    length: lanes.length,
    moments: new Map(),
    spread: header === fed ? given.spread : (flat) => spreadHead(flat, given.header, lanes.length),
  };
}

/** @param {Header} header @param {number[]} x @returns {Header} */
function feed(header, x) {
  const targets = deriveTargets(header, x);
  if (x.length === header.x.length) return { ...header, x, targets, xBefore: header.x };
  const isSamples = findUnit(header) === "sample";
  const size = x.length;
  return {
    ...header,
    x,
    targets,
    xBefore: header.x,
    lanes: x.map((_, at) => ({
      sample: isSamples ? at : 0,
      step: isSamples ? 0 : at,
      fresh: isSamples || at === 0,
      input: at,
    })),
    answers: x.map((_, at) => ({ first: at, last: at, column: 0, lane: at })),
    samples: isSamples && header.sequences === 1 ? size : header.samples,
    tensors: header.tensors.map((tensor) => resize(tensor, isSamples ? "sample" : "timestep", size)),
  };
}

/** @param {import("../types.js").Tensor} tensor @param {string} axis @param {number} size */
function resize(tensor, axis, size) {
  /** @template {number | null} T @param {T[]} shape */
  const fit = (shape) => shape.map((each, at) => (tensor.axes[at] === axis && each !== null ? size : each));
  return { ...tensor, shape: /** @type {number[]} */ (fit(tensor.shape)), kerasShape: fit(tensor.kerasShape) };
}

/** A column of its own for each timestep. @param {Header} header @returns {Header} */
function unglue(header) {
  const { weightShapes, answers, layers, head } = header;
  const columns = answers.length;
  const last = layers[layers.length - 1];
  const own = { ...last, code: `${columns} × Dense(1)`, weights: columns * (head.rows + 1) };
  return {
    ...header,
    answers: answers.map((answer, at) => ({ ...answer, column: at })),
    head: { rows: head.rows, columns, rowStride: 1, columnStride: head.rows },
    weightShapes: [...weightShapes.slice(0, 3), [columns, head.rows, 1], [columns, 1]],
    layers: [...layers.slice(0, -1), own],
  };
}

/** One row of weights with the head's repeated for each timestep.
 * @param {Float32Array} flat @param {Header} header @param {number} columns */
function spreadHead(flat, { head }, columns) {
  const start = flat.length - head.rows - 1;
  const spread = new Float32Array(start + columns * (head.rows + 1));
  spread.set(flat.subarray(0, start));
  for (let at = 0; at < columns; at++) {
    spread.set(flat.subarray(start, start + head.rows), start + at * head.rows);
    spread[start + columns * head.rows + at] = flat[flat.length - 1];
  }
  return spread;
}

/**
 * A row of weights with what was pulled. A place without a timestep is the place of Keras' own row, for all timesteps.
 * @param {Scene} scene as `deriveScene` gives it
 * @param {Float32Array} flat as Keras has it
 * @param {import("../types.js").Pull[]} pulled
 */
export function pullWeights(scene, flat, pulled) {
  if (!pulled.length) return scene.spread(flat);
  const changed = Float32Array.from(flat);
  for (const { at, step, value } of pulled) {
    if (step === null) changed[at] = value;
  }
  const row = scene.spread(changed);
  for (const { at, step, value } of pulled) {
    const place = step === null ? null : placeApart(scene, flat.length, at, step);
    if (place !== null) row[place] = value;
  }
  return row;
}

/** Where a timestep's own copy of a head's weight stands; null where there is none.
 * @param {Scene} scene @param {number} size of Keras' row @param {number} at @param {number} step */
function placeApart({ header }, size, at, step) {
  const { rows, columns } = header.head;
  const start = size - rows - 1;
  if (columns === 1 || at < start || step >= columns) return null;
  return at === size - 1 ? start + columns * rows + step : start + step * rows + (at - start);
}
