/** What follows from the weights of one epoch: computed once and kept. */

import { computeTrace, readWeights } from "./forward.js";

const KEPT_MOMENTS = 128;

/**
 * @param {import("../types.js").Scene} scene
 * @param {number} index of a snapshot
 * @returns {import("../types.js").Moment}
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
    : { epoch: 0, loss: null, weights: null, trace: null };
  if (moments.size >= KEPT_MOMENTS) moments.clear();
  moments.set(index, moment);
  return moment;
}

/**
 * @param {import("../types.js").Scene} scene
 * @param {{ epoch: number, loss: number | null, flat: Float32Array }} given
 * @returns {import("../types.js").Moment}
 */
export function computeMoment({ header }, { epoch, loss, flat }) {
  const weights = readWeights(flat, header);
  return { epoch, loss, weights, trace: computeTrace(weights, header) };
}
