/** Where everything stands: time to the right, data upwards, words beside. */

/** From this width on words and panel stand beside the drawing, below it they stand above and under. */
const WIDE = 1000;
const MAX_WIDTH = 1360;
const MIN_WIDTH = 340;
/** What the words beside the LSTM need. */
const WORDS_H = 128;
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

/** How many neurons are drawn at most. @param {number} width */
export const neuronCap = (width) => (width < WIDE ? 8 : 16);

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
    stacked: scene.framing === "one-to-one",
    notes: Number(neurons.length < scene.neurons) + Number(count < scene.length),
  });
  const { length } = scene;
  const first = followWindow({ first: before.first, at: view.step, count, length });
  const outFirst =
    scene.framing === "many-to-one" ? followWindow({ first: before.outFirst, at: view.output, count, length }) : first;
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

/** @param {{ narrow: boolean, shown: number, count: number, stacked: boolean, notes: number }} given */
function stackRows({ narrow, shown, count, stacked, notes }) {
  const cellH = pickCellHeight(shown, narrow);
  const label = narrow ? 16 : 0;
  const yH = 24;
  const denseH = (shown + 1) * cellH + 14;
  const boxH = Math.max(shown * cellH + 40, narrow ? 0 : WORDS_H);
  const xH = count > 6 ? 14 : 18;
  const header = narrow ? 42 : 30;
  const y = header + (narrow ? 32 : 29);
  const dense = y + yH + 18 + label;
  const lstm = dense + denseH + 30 + label;
  const x = lstm + boxH + (narrow ? 20 : 24);
  // Up to six numbers keep the height when the framing changes; more would leave a hole under a single row.
  const stack = (stacked || (!narrow && count <= 6) ? count : 1) * xH;
  const inputs = narrow ? stack + 38 + notes * 16 : Math.max(stack, 66) + 24;
  return { header, y, dense, lstm, x, bottom: x + inputs, sizes: { cellH, yH, denseH, boxH, xH, xW: 40 } };
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
 * Where an output stands: above its lane, or in many-to-one in a window of its own.
 * @param {import("../types.js").Geometry} geo
 * @param {number} place
 */
export const outputMiddle = (geo, place) => hiddenMiddle(geo, place - geo.outFirst + geo.first);

/**
 * A number of X: the same cell stands in a column of samples or in a row of timesteps.
 * @param {import("../types.js").Geometry} geo
 * @param {import("../types.js").Framing} framing
 * @param {number} lane
 */
export function inputBox(geo, framing, lane) {
  const stacked = framing === "one-to-one";
  const column = stacked ? geo.first : lane;
  return {
    x: boxLeft(geo, column) + geo.boxW / 2 - geo.xW / 2,
    y: geo.rows.x + (stacked ? (lane - geo.first) * geo.xH : 0),
    w: geo.xW,
    h: geo.xH - 1,
  };
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
