/** Bytes from Python become a scene; what follows from its weights is computed once and kept. */

/** @param {Uint8Array} bytes */
function splitPayload(bytes) {
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
  const numbers = new Float32Array(bytes.slice(4 + size).buffer);
  return { header, numbers };
}

/**
 * Length (uint32), JSON header, then float32: losses, their epochs, and each snapshot's weights.
 * @param {Uint8Array} bytes
 * @returns {import("../types.js").Scene}
 */
export function readScene(bytes) {
  const { header, numbers } = splitPayload(bytes);
  const count = header.lossCount;
  const [neurons, outputs] = header.weightShapes[3];
  const weights = numbers.subarray(2 * count);
  return {
    header,
    framing: header.experiment.framing,
    length: header.sequence.length,
    neurons,
    outputs,
    losses: numbers.subarray(0, count),
    lossEpochs: numbers.subarray(count, 2 * count),
    weights,
    size: weights.length / Math.max(1, header.snapshotEpochs.length),
    moments: new Map(),
  };
}

/**
 * One moment of a run that is still training.
 * @param {Uint8Array} bytes
 */
export function readLive(bytes) {
  const { header, numbers } = splitPayload(bytes);
  return { key: header.key, epoch: header.epoch, loss: header.loss, flat: numbers };
}

