/** One step of learning of one weight: errors, each lane's share of the gradient, Adam's step, the new weight. */

import { ADAM, computeSlopes, findUses, shareGradient, stepAdam } from "../data/gradient.js";
import { findMoment } from "../data/moments.js";
import { locateWeight } from "./places.js";

/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../types.js").Moment} Moment */
/** @typedef {import("../data/gradient.js").Located} Located */
/**
 * What Keras' Adam has in mind of one weight: the running means of its gradient and of the gradient's square.
 * @typedef {{ mean: number, square: number }} Memory
 * What a worker told of one update: weight, mean and square, before it and after.
 * @typedef {{ before: number[], after: number[] }} Told
 * @typedef {Memory & { gradient: number, before: Memory, step: number, weight: number }} Update
 * @typedef {{ place: number, located: Located, errors: number[], shares: Float64Array, uses: boolean[],
 *   gradient: number, weight: number }} Slope
 */

/** As many multiplications may be spent on recalling: a few milliseconds at each picture. */
const RECALLS_AT_MOST = 2e6;

/**
 * The errors of the drawn sequence, and what they mean for one weight.
 * @param {Scene} scene
 * @param {Moment} moment with weights and trace
 * @param {number} place in Keras' row
 * @returns {Slope | null} null while nothing is known
 */
export function describeSlope(scene, moment, place) {
  const { flat, weights, trace } = moment;
  if (!flat || !weights || !trace) return null;
  const located = locateWeight(scene.header, place);
  const shares = shareGradient(scene, trace, computeSlopes(scene, weights, trace), located);
  return {
    place,
    located,
    errors: [...trace.y].map((y, at) => y - scene.header.targets[at]),
    shares,
    uses: findUses(scene, located),
    gradient: shares.reduce((sum, share) => sum + share, 0),
    weight: flat[place],
  };
}

/**
 * Adam's memory after the epoch of a snapshot, where every epoch before it is a snapshot too: it follows from the
 * gradients of them all. Null elsewhere, where that takes long, and where the gradients are those of other sequences.
 * @param {Scene} scene
 * @param {number} index of a snapshot
 * @param {number} place in Keras' row
 * @returns {Memory | null}
 */
export function recallMemory(scene, index, place) {
  const { snapshotEpochs, sequences } = scene.header;
  const isLong = index * scene.length * scene.neurons ** 2 > RECALLS_AT_MOST;
  if (sequences > 1 || isLong || snapshotEpochs[index] !== index) return null;
  const memory = { mean: 0, square: 0 };
  for (let epoch = 0; epoch < index; epoch++) {
    const gradient = describeSlope(scene, findMoment(scene, epoch), place)?.gradient ?? NaN;
    memory.mean = ADAM.keepMean * memory.mean + (1 - ADAM.keepMean) * gradient;
    memory.square = ADAM.keepSquare * memory.square + (1 - ADAM.keepSquare) * gradient * gradient;
  }
  return memory;
}

/**
 * Adam's update from what it had in mind. Where the model is trained on other sequences than the drawn one, their mean
 * gradient follows from what a worker tells: the mean after is nine tenths of the mean before and a tenth of it.
 * @param {Scene} scene
 * @param {{ epoch: number, slope: Slope }} at
 * @param {Memory} before
 * @param {Told | null} told
 * @returns {Update}
 */
export function describeUpdate(scene, { epoch, slope }, before, told) {
  const { experiment, sequences } = scene.header;
  const isOther = sequences > 1 && told !== null;
  const gradient = isOther ? (told.after[1] - ADAM.keepMean * before.mean) / (1 - ADAM.keepMean) : slope.gradient;
  const learningRate = Number(experiment.learning_rate);
  const after = stepAdam({ ...before, gradient, epoch, learningRate });
  return { ...after, gradient, before, weight: slope.weight + after.step };
}

/**
 * Why no step is made from here on, or why none can be told; null where one can.
 * @param {Scene} scene
 * @param {{ index: number, isLive: boolean }} at
 * @returns {"live" | "ended" | "untrained" | "unknown" | null}
 */
export function findObstacle({ header }, { index, isLive }) {
  if (isLive) return "live";
  if (!header.snapshotEpochs.length) return "unknown";
  if (!header.epochsDone) return "untrained";
  return header.snapshotEpochs[index] >= header.epochsDone ? "ended" : null;
}

/**
 * Bars that add up: each begins where the one before ended, and the last is their sum. In shares of the height, from
 * the top down.
 * @param {ArrayLike<number>} shares
 * @returns {{ bars: { from: number, to: number }[], sum: { from: number, to: number }, zero: number }}
 */
export function pileUp(shares) {
  const levels = [0];
  for (let at = 0; at < shares.length; at++) levels.push(levels[at] + shares[at]);
  const [most, least] = [Math.max(...levels), Math.min(...levels)];
  const span = most - least || 1;
  /** @param {number} level */
  const heightOf = (level) => (most - level) / span;
  const heights = levels.map(heightOf);
  return {
    bars: heights.slice(1).map((to, at) => ({ from: heights[at], to })),
    sum: { from: heightOf(0), to: heights[heights.length - 1] },
    zero: heightOf(0),
  };
}
