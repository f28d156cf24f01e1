/** The LSTM's own arithmetic, in double precision: every inner value of one forward pass. */

import { formatNumber } from "../words/numbers.js";
import { weightAt } from "./wiring.js";

/**
 * Cut Keras' flattened `get_weights()` into its five arrays; nothing is copied.
 * @param {Float32Array} flat
 * @param {number[][]} shapes
 * @returns {import("../types.js").Weights}
 */
export function readWeights(flat, shapes) {
  let start = 0;
  const parts = shapes.map((shape) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    start += size;
    return flat.subarray(start - size, start);
  });
  const [kernel, recurrent, bias, denseKernel, denseBias] = parts;
  return { kernel, recurrent, bias, denseKernel, denseBias, neurons: shapes[3][0], outputs: shapes[3][1] };
}

/** @param {number} z */
const sigmoid = (z) => 1 / (1 + Math.exp(-z));

/**
 * Run LSTM and Dense over a sequence: (1, length, 1), or (length, 1, 1) for one-to-one, where each number is a
 * sample of its own and starts from a state of zeros. Values lie lane after lane, a lane being a timestep or sample.
 * @param {import("../types.js").Weights} weights
 * @param {number[]} sequence
 * @param {import("../types.js").Framing} framing
 * @returns {import("../types.js").Trace}
 */
export function computeTrace(weights, sequence, framing) {
  const { neurons } = weights;
  const single = framing === "one-to-one";
  const size = sequence.length * neurons;
  const inner = () => new Float64Array(size);
  /** @type {import("../types.js").Trace} */
  const trace = {
    samples: single ? sequence.length : 1,
    steps: single ? 1 : sequence.length,
    neurons,
    x: sequence,
    i: inner(),
    f: inner(),
    g: inner(),
    o: inner(),
    c: inner(),
    h: inner(),
    y: new Float64Array(sequence.length),
  };
  for (let lane = 0; lane < sequence.length; lane++) {
    stepLane(weights, trace, lane, single || lane === 0);
  }
  computeOutput(weights, trace, framing);
  return trace;
}

/**
 * z = x·W + h₋₁·U + b for one gate (0 i, 1 f, 2 c̃, 3 o) of one neuron, in its three terms.
 * @param {import("../types.js").Weights} weights
 * @param {import("../types.js").Trace} trace
 * @param {{ lane: number, gate: number, neuron: number, fresh: boolean }} at
 */
export function computeTerms(weights, trace, { lane, gate, neuron, fresh }) {
  const { neurons } = weights;
  const column = gate * neurons + neuron;
  let recurrent = 0;
  if (!fresh) {
    const before = (lane - 1) * neurons;
    for (let from = 0; from < neurons; from++) {
      recurrent += trace.h[before + from] * weights.recurrent[from * 4 * neurons + column];
    }
  }
  return { input: trace.x[lane] * weights.kernel[column], recurrent, bias: weights.bias[column] };
}

/**
 * @param {import("../types.js").Weights} weights
 * @param {import("../types.js").Trace} trace
 * @param {number} lane
 * @param {boolean} fresh the state is zero
 */
function stepLane(weights, trace, lane, fresh) {
  const { neurons } = weights;
  const width = 4 * neurons;
  const z = new Float64Array(width);
  for (let column = 0; column < width; column++) {
    z[column] = trace.x[lane] * weights.kernel[column] + weights.bias[column];
  }
  for (let from = 0; !fresh && from < neurons; from++) {
    const before = trace.h[(lane - 1) * neurons + from];
    const row = from * width;
    for (let column = 0; column < width; column++) z[column] += before * weights.recurrent[row + column];
  }
  for (let neuron = 0; neuron < neurons; neuron++) {
    const at = lane * neurons + neuron;
    const carried = fresh ? 0 : trace.c[at - neurons];
    trace.i[at] = sigmoid(z[neuron]);
    trace.f[at] = sigmoid(z[neurons + neuron]);
    trace.g[at] = Math.tanh(z[2 * neurons + neuron]);
    trace.o[at] = sigmoid(z[3 * neurons + neuron]);
    trace.c[at] = trace.f[at] * carried + trace.i[at] * trace.g[at];
    trace.h[at] = trace.o[at] * Math.tanh(trace.c[at]);
  }
}

/**
 * Many-to-one reads only the last hidden state, once for each output; the others press one column on every lane.
 * @param {import("../types.js").Weights} weights
 * @param {import("../types.js").Trace} trace
 * @param {import("../types.js").Framing} framing
 */
function computeOutput(weights, trace, framing) {
  const { neurons, outputs, denseKernel, denseBias } = weights;
  for (let place = 0; place < trace.y.length; place++) {
    const lane = framing === "many-to-one" ? trace.y.length - 1 : place;
    const output = framing === "many-to-one" ? place : 0;
    let sum = denseBias[output];
    for (let neuron = 0; neuron < neurons; neuron++) {
      sum += trace.h[lane * neurons + neuron] * denseKernel[neuron * outputs + output];
    }
    trace.y[place] = sum;
  }
}

/**
 * The sum that makes a prediction, term by term, with what is not shown gathered in one.
 * @param {import("../types.js").Picture} pic
 * @param {number} place
 * @param {number} lane
 * @param {number} output
 */
export function sumUp({ geo, moment, scene }, place, lane, output) {
  const { trace, weights } = moment;
  if (!trace || !weights) return null;
  const terms = geo.neurons.map((neuron) => {
    const h = trace.h[lane * scene.neurons + neuron];
    const w = weightAt(weights, neuron, output);
    return { neuron, h, w, product: h * w };
  });
  const bias = weights.denseBias[output];
  const shown = terms.reduce((sum, term) => sum + term.product, 0);
  return { terms, bias, rest: trace.y[place] - bias - shown, y: trace.y[place], said: formatNumber(trace.y[place]) };
}
