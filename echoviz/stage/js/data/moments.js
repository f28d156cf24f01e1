/** What follows from the weights of one epoch: computed once and kept. */

import { pullWeights } from "./changes.js";
import { computeTrace, readWeights } from "./forward.js";
import { holdGates } from "./holding.js";

/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../types.js").Moment} Moment */
/** @typedef {import("../types.js").Changes} Changes */

const KEPT_MOMENTS = 128;

/**
 * @param {Scene} scene
 * @param {number} index of a snapshot
 * @returns {Moment}
 */
export function findMoment(scene, index) {
  const { header, moments } = scene;
  const kept = moments.get(index);
  if (kept) return kept;
  const known = index < header.snapshotEpochs.length;
  const moment = known
    ? computeMoment(scene, {
        epoch: header.snapshotEpochs[index],
        loss: header.snapshotLosses[index],
        flat: scene.weights.subarray(index * scene.size, (index + 1) * scene.size),
      })
    : { epoch: 0, loss: null, flat: null, weights: null, trace: null, was: null };
  if (moments.size >= KEPT_MOMENTS) moments.clear();
  moments.set(index, moment);
  return moment;
}

/**
 * @param {Scene} scene
 * @param {{ epoch: number, loss: number | null, flat: Float32Array }} given
 * @returns {Moment}
 */
export function computeMoment(scene, { epoch, loss, flat }) {
  const weights = readWeights(scene.spread(flat), scene.header);
  return { epoch, loss, flat, weights, trace: computeTrace(weights, scene.header), was: null };
}

/**
 * A moment with pulled weights and held gates; `was` is the trained model's, with the same numbers going in.
 * @param {Scene} scene
 * @param {Moment} moment
 * @param {Pick<Changes, "pulled" | "held">} changes
 * @returns {Moment}
 */
export function changeMoment(scene, moment, { pulled, held }) {
  if (!moment.flat || (!pulled.length && !held.length)) return moment;
  const { header } = scene;
  const weights = readWeights(pullWeights(scene, moment.flat, pulled), header);
  const free = computeTrace(weights, header);
  const trace = held.length ? computeTrace(weights, header, holdGates(free, held)) : free;
  return { ...moment, weights, trace, was: moment };
}

/** @type {WeakMap<Moment, { scene: Scene, changes: Changes, moment: Moment }>} */
const changed = new WeakMap();

/**
 * As `changeMoment`; what was asked last of a moment is kept, since most pictures change something else.
 * @param {Scene} scene
 * @param {Moment} moment
 * @param {Changes} changes
 */
export function findChanged(scene, moment, changes) {
  const known = changed.get(moment);
  if (known && known.changes === changes && known.scene === scene) return known.moment;
  const made = changeMoment(scene, moment, changes);
  changed.set(moment, { scene, changes, moment: made });
  return made;
}
