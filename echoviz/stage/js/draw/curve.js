/** The loss curve under the epoch scrubber, and the numbers below it. */

import { placeEpoch } from "../data/epochs.js";
import { formatCount } from "../words/numbers.js";

export const CURVE_TOP = 4;

export const TICK_ROOM = 16;

/** Of a label of 12 px, generously. */
export const DIGIT_WIDTH = 7.5;

export const LABEL_GAP = 6;

/**
 * The loss on a log scale as an SVG path, and the area below as far as it is known.
 * @param {ArrayLike<number>} epochs
 * @param {ArrayLike<number>} losses
 * @param {{ width: number, height: number, last: number }} size
 */
export function traceCurve(epochs, losses, { width, height, last }) {
  const logs = Array.from(losses, (loss) => (Number.isFinite(loss) && loss > 0 ? Math.log10(loss) : NaN));
  const known = logs.filter((log) => !Number.isNaN(log));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  /** @type {string[]} */
  const points = [];
  /** @type {string[]} */
  const places = [];
  logs.forEach((log, at) => {
    if (Number.isNaN(log)) return;
    const y = CURVE_TOP + (height - CURVE_TOP - TICK_ROOM) * (high > low ? (high - log) / (high - low) : 0.5);
    places.push((placeEpoch(epochs[at], last) * width).toFixed(1));
    points.push(`${places[places.length - 1]} ${y.toFixed(1)}`);
  });
  if (!points.length) return { path: "", area: "" };
  const path = `M${points.join("L")}`;
  const base = height - TICK_ROOM;
  return { path, area: `${path}L${places[places.length - 1]} ${base}L${places[0]} ${base}Z` };
}

/** 0, powers of ten, and the last epoch, each with room for its label. @param {number} last @param {number} width */
export function markTicks(last, width) {
  /** @param {number} tick */
  const measure = (tick) => formatCount(tick).length * DIGIT_WIDTH;
  const ticks = [0];
  let free = measure(0);
  for (let tick = 1; tick < last; tick *= 10) {
    const [middle, half] = [placeEpoch(tick, last) * width, measure(tick) / 2];
    if (middle - half - LABEL_GAP < free || middle + half + LABEL_GAP > width - measure(last)) continue;
    ticks.push(tick);
    free = middle + half;
  }
  return last > 0 ? [...ticks, last] : ticks;
}
