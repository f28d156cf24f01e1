/** Bytes from Python become a scene. */

import { findKind, findUnit, reads } from "./wiring.js";

/** @param {Uint8Array} bytes */
function splitPayload(bytes) {
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
  const numbers = new Float32Array(bytes.slice(4 + size).buffer);
  return { header, numbers };
}

/**
 * Length (uint32), JSON header, then float32: the loss after each number of epochs, and each snapshot's weights.
 * @param {Uint8Array} bytes
 * @returns {import("../types.js").Scene}
 */
export function readScene(bytes) {
  const { header, numbers } = splitPayload(bytes);
  return makeScene(header, numbers);
}

/** @param {number} count */
const countUp = (count) => [...Array(count).keys()];

/**
 * @param {import("../types.js").Header} header
 * @param {Float32Array} numbers
 * @returns {import("../types.js").Scene}
 */
export function makeScene(header, numbers) {
  const { lanes, answers, lossCount } = header;
  const weights = numbers.subarray(lossCount);
  return {
    header,
    kind: findKind(header),
    unit: findUnit(header),
    repeats: !header.tensors[0].axes.includes("timestep"),
    passedOn: countUp(lanes.length).map((lane) => answers.some((answer) => reads(answer, lane))),
    length: lanes.length,
    neurons: header.weightShapes[1][0],
    losses: numbers.subarray(0, lossCount),
    lossEpochs: Float32Array.from(countUp(lossCount)),
    weights,
    size: weights.length / Math.max(1, header.snapshotEpochs.length),
    moments: new Map(),
    spread: (flat) => flat,
  };
}

/**
 * One moment of a run that is still training, with the losses so far.
 * @param {Uint8Array} bytes
 */
export function readLive(bytes) {
  const { header, numbers } = splitPayload(bytes);
  const { key, epoch, loss, lossEpochs = [], losses = [] } = header;
  return { key, epoch, loss, lossEpochs, losses, flat: numbers };
}
