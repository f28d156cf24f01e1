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
  /** @type {[number, number][]} */
  const known = [];
  for (let at = 0; at < losses.length; at++) {
    const log = Math.log10(losses[at]);
    if (Number.isFinite(log)) known.push([placeEpoch(epochs[at], last) * width, log]);
  }
  if (!known.length) return { path: "", area: "" };
  const low = known.reduce((least, [, log]) => Math.min(least, log), Infinity);
  const high = known.reduce((most, [, log]) => Math.max(most, log), -Infinity);
  const base = height - TICK_ROOM;
  const points = keepExtremes(known).map(([x, log]) => {
    const y = CURVE_TOP + (base - CURVE_TOP) * (high > low ? (high - log) / (high - low) : 0.5);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  const path = `M${points.join("L")}`;
  const [from, to] = [known[0][0], known[known.length - 1][0]].map((x) => x.toFixed(1));
  return { path, area: `${path}L${to} ${base}L${from} ${base}Z` };
}

/**
 * Of the points that fall on one pixel the first, lowest, highest and last: thousands are drawn as what they show.
 * @param {[number, number][]} points
 */
function keepExtremes(points) {
  const kept = new Set([0, points.length - 1]);
  for (let start = 0, at = 0; start < points.length; start = at) {
    let [lowest, highest] = [start, start];
    for (at = start; at < points.length && Math.round(points[at][0]) === Math.round(points[start][0]); at++) {
      if (points[at][1] < points[lowest][1]) lowest = at;
      if (points[at][1] > points[highest][1]) highest = at;
    }
    for (const place of [start, lowest, highest, at - 1]) kept.add(place);
  }
  return [...kept].sort((one, other) => one - other).map((place) => points[place]);
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
