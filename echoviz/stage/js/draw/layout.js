/** Where everything stands: time to the right, data upwards, words beside. */

import { isBlock } from "../data/wiring.js";
import { WIDE, neuronCap } from "../state/view.js";

const MAX_WIDTH = 1360;
const MIN_WIDTH = 340;
/** What the words beside the LSTM need. */
const WORDS_H = 128;
/** What a head that is written in many letters needs beside it. */
const CODE_H = 116;
/** Between a number that is copied to every timestep and its copies. */
export const COPY_GAP = 22;
const PITCH_MIN = 66;
const PITCH_MAX = 165;
const LANES_MAX = 12;

/** The drawing's own width for a place of so many CSS pixels; above the limit it is scaled up instead.
 * @param {number} pixels */
export const boundWidth = (pixels) => Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, Math.round(pixels)));

/**
 * The first place of a window that has `at` inside, moved no further than needed.
 * @param {{ first: number, at: number, count: number, length: number }} given
 */
function followWindow({ first, at, count, length }) {
  const margin = count > 2 ? 1 : 0;
  const latest = Math.min(first, at - margin);
  const needed = Math.max(latest, at - count + 1 + margin);
  return Math.max(0, Math.min(length - count, needed));
}

/** So many whole numbers from `first` on. @param {number} first @param {number} count */
const countUp = (first, count) => [...Array(count).keys()].map((at) => first + at);

/**
 * @param {number} neurons
 * @param {number} page
 * @param {number} cap
 */
function pickNeurons(neurons, page, cap) {
  const first = Math.max(0, Math.min(page * cap, neurons - cap));
  return countUp(first, Math.min(cap, neurons));
}

/**
 * @param {number} width as `boundWidth` gives it
 * @param {import("../types.js").Scene} scene
 * @param {import("../types.js").View} view
 * @param {{ first: number, outFirst: number }} before the windows so far
 * @returns {import("../types.js").Geometry}
 */
export function layoutStage(width, scene, view, before) {
  const narrow = width < WIDE;
  const gutter = narrow ? 0 : 190;
  const panelW = narrow ? width : Math.round(Math.min(310, width * 0.3));
  const room = width - gutter - (narrow ? 0 : panelW + 24);
  const count = Math.min(scene.length, Math.max(3, Math.min(LANES_MAX, Math.floor(room / PITCH_MIN))));
  const pitch = Math.min(PITCH_MAX, room / count);
  const neurons = pickNeurons(scene.neurons, view.page, neuronCap(width));
  const lanes = measureLane(pitch);
  const rows = stackRows({
    narrow,
    shown: neurons.length,
    count,
    stacked: scene.unit === "sample",
    repeats: scene.repeats,
    wordy: scene.kind === "cards" || scene.kind === "flat",
    notes: Number(neurons.length < scene.neurons) + Number(count < scene.length),
  });
  const { length } = scene;
  const first = followWindow({ first: before.first, at: view.step, count, length });
  const outputs = { first: before.outFirst, at: view.output, count, length };
  const outFirst = isBlock(scene) ? followWindow(outputs) : first;
  const panel = narrow
    ? { x: 0, y: rows.bottom + 8, w: width, h: 0 }
    : { x: width - panelW, y: 0, w: panelW, h: rows.bottom };
  return {
    width,
    height: rows.bottom,
    narrow,
    gutter,
    lanesLeft: gutter + (room - pitch * count) / 2,
    pitch,
    first,
    count,
    outFirst,
    neurons,
    panel,
    ...lanes,
    ...rows.sizes,
    numbers: rows.sizes.cellH >= 15,
    rows,
  };
}

/** @param {number} pitch */
function measureLane(pitch) {
  const gap = Math.max(16, Math.min(44, pitch * 0.3));
  const boxW = Math.min(104, pitch - gap);
  const roomy = boxW >= 92;
  const carryW = roomy ? (boxW - 16) / 2 : 6;
  const cellW = roomy ? carryW : boxW - carryW - 9;
  return { boxW, carryW, cellW };
}

/** @param {number} shown @param {boolean} narrow */
function pickCellHeight(shown, narrow) {
  if (shown <= 3) return narrow ? 22 : 28;
  if (shown <= 5) return narrow ? 17 : 19;
  return shown <= 8 ? 15 : 12;
}

/**
 * @param {{ narrow: boolean, shown: number, count: number, stacked: boolean, repeats: boolean, wordy: boolean,
 *   notes: number }} given
 */
function stackRows({ narrow, shown, count, stacked, repeats, wordy, notes }) {
  const cellH = pickCellHeight(shown, narrow);
  const label = narrow ? 16 : 0;
  const yH = 24;
  const denseH = Math.max((shown + 1) * cellH + 14, wordy && !narrow ? CODE_H : 0);
  const boxH = Math.max(shown * cellH + 40, narrow ? 0 : WORDS_H);
  const xH = count > 6 ? 14 : 18;
  const header = narrow ? 42 : 30;
  const y = header + (narrow ? 32 : 29);
  const dense = y + yH + 18 + label;
  const lstm = dense + denseH + 30 + label;
  const x = lstm + boxH + (narrow ? 20 : 24);
  // Up to six numbers keep the height when the framing changes; more would leave a hole under a single row.
  const array = stacked ? count * xH : repeats ? 2 * xH + COPY_GAP : xH;
  const room = !narrow && count <= 6 ? Math.max(array, count * xH) : array;
  const inputs = narrow ? array + 38 + notes * 16 : Math.max(room, 66) + 24;
  const sizes = { cellH, yH, denseH, boxH, xH, xW: 40 };
  return { header, y, dense, lstm, x, xEnd: x + array, bottom: x + inputs, sizes };
}

/**
 * The left edge of a lane's LSTM box.
 * @param {import("../types.js").Geometry} geo
 * @param {number} lane
 */
export const boxLeft = (geo, lane) =>
  geo.lanesLeft + (lane - geo.first + 1) * geo.pitch - geo.boxW - (geo.pitch - geo.boxW) * 0.25;

/**
 * The middle of a lane's hidden state: Dense and y stand above it.
 * @param {import("../types.js").Geometry} geo
 * @param {number} lane
 */
export const hiddenMiddle = (geo, lane) => boxLeft(geo, lane) + geo.boxW - (geo.carryW > 8 ? 6 : 3) - geo.cellW / 2;

/**
 * Where an output stands: above its lane, or in a block in a window of its own.
 * @param {import("../types.js").Geometry} geo
 * @param {number} place
 */
export const outputMiddle = (geo, place) => hiddenMiddle(geo, place - geo.outFirst + geo.first);

/**
 * What goes into a lane stands below it: a number of X, or a copy of the only one.
 * @param {import("../types.js").Geometry} geo
 * @param {number} lane
 */
export const entryBox = (geo, lane) => ({
  x: boxLeft(geo, lane) + geo.boxW / 2 - geo.xW / 2,
  y: geo.rows.x,
  w: geo.xW,
  h: geo.xH - 1,
});

/**
 * A number of X: the same cell stands in a column of samples, in a row of timesteps, or alone below its copies.
 * @param {import("../types.js").Geometry} geo
 * @param {import("../types.js").Scene} scene
 * @param {number} input
 */
export function inputBox(geo, { unit, repeats }, input) {
  const [first, below] = [entryBox(geo, geo.first), geo.xH * (input - geo.first)];
  if (repeats) return { ...first, y: geo.rows.x + geo.xH + COPY_GAP };
  return unit === "sample" ? { ...first, y: first.y + below } : entryBox(geo, input);
}

/**
 * The row of a neuron in h (top is the first shown) and of a weight in Dense (-1: the bias, on top).
 * @param {import("../types.js").Geometry} geo
 * @param {number} row
 */
export const hiddenTop = (geo, row) => geo.rows.lstm + 18 + row * geo.cellH;
/** @param {import("../types.js").Geometry} geo @param {number} row */
export const weightTop = (geo, row) => geo.rows.dense + 5 + (row < 0 ? 0 : 4 + (row + 1) * geo.cellH);

/** The lanes of the window. @param {import("../types.js").Geometry} geo @param {number} [first] */
export const shownLanes = (geo, first = geo.first) => countUp(first, geo.count);
