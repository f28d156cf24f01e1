/** From which epoch on each answer is right, and stays so to the end of the run. */

/** @typedef {import("../types.js").Scene} Scene */
/**
 * `epoch` of each answer: the first snapshot from which it stays near its target to the last one; null where it is
 * not near at the end. Between the snapshot before and this one nobody looked: it is right *by* that epoch.
 * @typedef {{ epochs: (number | null)[], count: number }} Learned
 * Marks that stand too near each other are one: `epoch` is when the last of its answers is right.
 * @typedef {{ places: number[], epoch: number, share: number }} Mark
 */

import { placeEpoch } from "./epochs.js";
import { computeTrace, readWeights } from "./forward.js";

/** An answer is right while it is no further from its target. */
export const NEAR = 0.05;

/**
 * From the last snapshot backwards, one for each turn, until no answer is right any more.
 * @param {Scene} scene
 * @returns {Generator<void, Learned, void>}
 */
export function* findLearned({ header, weights, size }) {
  const { snapshotEpochs, targets } = header;
  /** @type {(number | null)[]} */
  const epochs = targets.map(() => null);
  let held = [...targets.keys()];
  for (let index = snapshotEpochs.length - 1; index >= 0 && held.length; index--) {
    const { y } = computeTrace(readWeights(weights.subarray(index * size, (index + 1) * size), header), header);
    held = held.filter((place) => Math.abs(y[place] - targets[place]) <= NEAR);
    for (const place of held) epochs[place] = snapshotEpochs[index];
    yield;
  }
  return { epochs, count: epochs.filter((epoch) => epoch !== null).length };
}

/**
 * The marks of a track, ascending; what would stand nearer than `gap` is joined.
 * @param {Learned} learned
 * @param {{ last: number, gap: number }} track the last epoch, and the least distance as a share of its width
 * @returns {Mark[]}
 */
export function joinMarks({ epochs }, { last, gap }) {
  const known = epochs.flatMap((epoch, place) => (epoch === null ? [] : [{ epoch, place }]));
  known.sort((one, other) => one.epoch - other.epoch || one.place - other.place);
  /** @type {Mark[]} */
  const marks = [];
  for (const { epoch, place } of known) {
    const share = placeEpoch(epoch, last);
    const mark = marks[marks.length - 1];
    if (mark && share - mark.share < gap) Object.assign(mark, { places: [...mark.places, place], epoch });
    else marks.push({ places: [place], epoch, share });
  }
  return marks;
}
