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
