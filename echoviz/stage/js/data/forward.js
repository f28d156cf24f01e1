/** The LSTM's own arithmetic, in double precision: every inner value of one forward pass. */

import { rowOf, weightAt } from "./wiring.js";

/**
 * Cut Keras' flattened `get_weights()` into its five arrays; nothing is copied.
 * @param {Float32Array} flat
 * @param {Pick<import("../types.js").Header, "weightShapes" | "head">} header
 * @returns {import("../types.js").Weights}
 */
export function readWeights(flat, { weightShapes, head }) {
  let start = 0;
  const parts = weightShapes.map((shape) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    start += size;
    return flat.subarray(start - size, start);
  });
  const [kernel, recurrent, bias, headKernel, headBias] = parts;
  return { kernel, recurrent, bias, headKernel, headBias, neurons: weightShapes[1][0], head };
}

/** @param {number} z */
const sigmoid = (z) => 1 / (1 + Math.exp(-z));

/** How far a gate is open: as it is held, or as its z says. @param {number} z @param {number} [held] */
const open = (z, held = NaN) => (Number.isNaN(held) ? sigmoid(z) : held);

/**
 * Run the LSTM and its head over one sequence. Values lie lane after lane, a lane being a timestep or a sample.
 * @param {import("../types.js").Weights} weights
 * @param {Pick<import("../types.js").Header, "x" | "lanes" | "answers">} header
 * @param {Record<"i" | "f" | "o", Float64Array>} [held] what gates are held at; NaN where they are free
 * @returns {import("../types.js").Trace}
 */
export function computeTrace(weights, { x, lanes, answers }, held) {
  const { neurons } = weights;
  const inner = () => new Float64Array(lanes.length * neurons);
  /** @type {import("../types.js").Trace} */
  const trace = {
    neurons,
    x: lanes.map(({ input }) => x[input]),
    i: inner(),
    f: inner(),
    g: inner(),
    o: inner(),
    c: inner(),
    h: inner(),
    y: new Float64Array(answers.length),
  };
  for (const [lane, { fresh }] of lanes.entries()) stepLane(weights, trace, { lane, fresh, held });
  for (const [place, answer] of answers.entries()) trace.y[place] = computeAnswer(weights, trace, answer);
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
 * @param {{ lane: number, fresh: boolean, held: Record<"i" | "f" | "o", Float64Array> | undefined }} how fresh: the
 *   state is zero
 */
function stepLane(weights, trace, { lane, fresh, held }) {
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
    trace.i[at] = open(z[neuron], held?.i[at]);
    trace.f[at] = open(z[neurons + neuron], held?.f[at]);
    trace.g[at] = Math.tanh(z[2 * neurons + neuron]);
    trace.o[at] = open(z[3 * neurons + neuron], held?.o[at]);
    trace.c[at] = trace.f[at] * carried + trace.i[at] * trace.g[at];
    trace.h[at] = trace.o[at] * Math.tanh(trace.c[at]);
  }
}

/**
 * The hidden states that an answer reads lie side by side: each meets the next row of its column.
 * @param {import("../types.js").Weights} weights
 * @param {import("../types.js").Trace} trace
 * @param {import("../types.js").Answer} answer
 */
function computeAnswer(weights, trace, { first, last, column }) {
  const { neurons } = weights;
  const rows = (last - first + 1) * neurons;
  let sum = weightAt(weights, -1, column);
  for (let row = 0; row < rows; row++) sum += trace.h[first * neurons + row] * weightAt(weights, row, column);
  return sum;
}

/**
 * The sum that makes an answer: the shown neurons of one lane term by term, and the rest in one number. An answer
 * that reads many lanes shows that of the current step.
 * @param {import("../types.js").Picture} pic
 * @param {number} place
 */
export function sumUp({ geo, moment, scene, view }, place) {
  const { trace, weights } = moment;
  const answer = scene.header.answers[place];
  const { first, last, column } = answer;
  const lane = Math.max(first, Math.min(last, view.step));
  const left = (last - first + 1) * scene.neurons - geo.neurons.length;
  if (!trace || !weights) return { lane, column, left, values: null };
  const terms = geo.neurons.map((neuron) => {
    const h = trace.h[lane * scene.neurons + neuron];
    const w = weightAt(weights, rowOf(scene, answer, lane, neuron), column);
    return { neuron, h, w, product: h * w };
  });
  const bias = weightAt(weights, -1, column);
  const shown = terms.reduce((sum, term) => sum + term.product, 0);
  return { lane, column, left, values: { terms, bias, rest: trace.y[place] - bias - shown, y: trace.y[place] } };
}
