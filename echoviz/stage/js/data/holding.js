/** Gates that are held: what stands in the place of the number that the LSTM computed. */

/** @typedef {import("../types.js").Hold} Hold */
/** @typedef {import("../types.js").Trace} Trace */

export const HELD_GATES = /** @type {const} */ (["i", "f", "o"]);
export const HELD_AT = /** @type {const} */ (["0", "1", "mean"]);

/** Whether a hold is about this gate of this lane's neuron.
 * @param {Hold} hold @param {string} gate @param {number} lane @param {number} neuron */
export const isAbout = (hold, gate, lane, neuron) =>
  hold.gate === gate && (hold.lane === null || hold.lane === lane) && (hold.neuron === null || hold.neuron === neuron);

/**
 * For each gate what it is held at, NaN where it is free. A gate's mean is that over all lanes while nothing is held.
 * @param {Trace} free @param {Hold[]} held later ones count
 * @returns {Record<"i" | "f" | "o", Float64Array>}
 */
export function holdGates(free, held) {
  const size = free.h.length;
  const lanes = size / free.neurons;
  const make = () => new Float64Array(size).fill(NaN);
  const gates = { i: make(), f: make(), o: make() };
  for (const hold of held) {
    for (let at = 0; at < size; at++) {
      const [lane, neuron] = [Math.floor(at / free.neurons), at % free.neurons];
      if (!isAbout(hold, hold.gate, lane, neuron)) continue;
      const isMean = hold.at === "mean";
      gates[hold.gate][at] = isMean ? meanOf(free[hold.gate], neuron, free.neurons, lanes) : Number(hold.at);
    }
  }
  return gates;
}

/** @param {Float64Array} gate @param {number} neuron @param {number} neurons @param {number} lanes */
function meanOf(gate, neuron, neurons, lanes) {
  let sum = 0;
  for (let lane = 0; lane < lanes; lane++) sum += gate[lane * neurons + neuron];
  return sum / lanes;
}
