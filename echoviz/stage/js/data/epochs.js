/** Epochs on a track: early ones change most and get more room. */

/** Where an epoch stands on the track, 0 to 1: early epochs change most and get more room.
 * @param {number} epoch @param {number} last */
export const placeEpoch = (epoch, last) => Math.log1p(epoch) / Math.log1p(Math.max(1, last));

/**
 * The snapshot nearest to a place on the track.
 * @param {number[]} epochs
 * @param {number} share
 */
export function findSnapshot(epochs, share) {
  const last = epochs[epochs.length - 1] ?? 1;
  let best = 0;
  for (let at = 0; at < epochs.length; at++) {
    if (Math.abs(placeEpoch(epochs[at], last) - share) <= Math.abs(placeEpoch(epochs[best], last) - share)) best = at;
  }
  return best;
}

/**
 * The snapshot nearest to an epoch.
 * @param {number[]} epochs ascending
 * @param {number} epoch
 */
export function findNearest(epochs, epoch) {
  let best = 0;
  for (let at = 1; at < epochs.length; at++) {
    if (Math.abs(epochs[at] - epoch) < Math.abs(epochs[best] - epoch)) best = at;
  }
  return best;
}

/** From this many times the lowest loss on, a run's end is worse than what it had reached. */
const WORSE = 2;

/**
 * The lowest loss of a run that ended with a worse one; null where the end is as good.
 * @param {import("../types.js").Scene} scene
 */
export function findLowest({ header, losses }) {
  const { lowest } = header;
  return lowest && !(losses[losses.length - 1] <= WORSE * lowest.loss) ? lowest : null;
}
