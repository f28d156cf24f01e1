/**
 * Back-propagation through time, in double precision, with what each lane adds kept apart. A weight that many lanes
 * use gets a share of its gradient from each; the shares add up to the gradient of the loss of the drawn sequence.
 */

import { rowOf, weightAt } from "./wiring.js";

/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../types.js").Trace} Trace */
/** @typedef {import("../types.js").Weights} Weights */
/**
 * Where a weight stands: in which of Keras' five arrays (0 kernel, 1 recurrent kernel, 2 bias, 3 the head's kernel,
 * 4 the head's bias), in which row and column of it; the LSTM's columns are the neurons of a gate.
 * @typedef {{ matrix: number, gate: number | null, row: number, column: number }} Located
 */
/**
 * How the loss changes with each answer, and with each gate's sum z, lane after lane.
 * @typedef {{ answers: Float64Array, gates: Float64Array }} Slopes
 */

/** Keras' own numbers for Adam. */
export const ADAM = { keepMean: 0.9, keepSquare: 0.999, epsilon: 1e-7 };

/**
 * How the mean squared error of one sequence changes with all that was computed on the way to it: Keras takes the
 * mean over every answer, so each counts 1 / answers.
 * @param {Scene} scene
 * @param {Weights} weights
 * @param {Trace} trace
 * @returns {Slopes}
 */
export function computeSlopes(scene, weights, trace) {
  const { lanes, targets } = scene.header;
  const { neurons } = scene;
  const answers = trace.y.map((y, place) => (2 * (y - targets[place])) / targets.length);
  const hidden = sendBack(scene, weights, answers);
  const gates = new Float64Array(lanes.length * 4 * neurons);
  const carried = new Float64Array(neurons); // what the next lane hands back to c
  for (let lane = lanes.length - 1; lane >= 0; lane--) {
    const isFresh = lanes[lane].fresh;
    slopeCell({ trace, hidden, carried, gates }, lane, isFresh);
    if (isFresh) carried.fill(0);
    else sendToLaneBefore(weights, gates, { hidden, lane });
  }
  return { answers, gates };
}

/**
 * What each hidden state gets from the answers that read it.
 * @param {Scene} scene
 * @param {Weights} weights
 * @param {Float64Array} slopes of the answers
 */
function sendBack(scene, weights, slopes) {
  const { neurons, header } = scene;
  const hidden = new Float64Array(header.lanes.length * neurons);
  for (const [place, answer] of header.answers.entries()) {
    for (let lane = answer.first; lane <= answer.last; lane++) {
      for (let neuron = 0; neuron < neurons; neuron++) {
        hidden[lane * neurons + neuron] +=
          slopes[place] * weightAt(weights, rowOf(scene, answer, lane, neuron), answer.column);
      }
    }
  }
  return hidden;
}

/**
 * From h back to the four sums z of one lane; `carried` becomes what goes back to the c before.
 * @param {{ trace: Trace, hidden: Float64Array, carried: Float64Array, gates: Float64Array }} given
 * @param {number} lane
 * @param {boolean} isFresh
 */
function slopeCell({ trace, hidden, carried, gates }, lane, isFresh) {
  const { neurons } = trace;
  for (let neuron = 0; neuron < neurons; neuron++) {
    const at = lane * neurons + neuron;
    const [i, f, g, o] = [trace.i[at], trace.f[at], trace.g[at], trace.o[at]];
    const squeezed = Math.tanh(trace.c[at]);
    const before = isFresh ? 0 : trace.c[at - neurons];
    const cell = hidden[at] * o * (1 - squeezed * squeezed) + carried[neuron];
    const z = lane * 4 * neurons + neuron;
    gates[z] = cell * g * i * (1 - i);
    gates[z + neurons] = cell * before * f * (1 - f);
    gates[z + 2 * neurons] = cell * i * (1 - g * g);
    gates[z + 3 * neurons] = hidden[at] * squeezed * o * (1 - o);
    carried[neuron] = cell * f;
  }
}

/**
 * The h of the lane before fed all four sums of this one.
 * @param {Weights} weights
 * @param {Float64Array} gates
 * @param {{ hidden: Float64Array, lane: number }} at
 */
function sendToLaneBefore({ recurrent, neurons }, gates, { hidden, lane }) {
  const width = 4 * neurons;
  for (let neuron = 0; neuron < neurons; neuron++) {
    let sum = 0;
    for (let column = 0; column < width; column++) {
      sum += gates[lane * width + column] * recurrent[neuron * width + column];
    }
    hidden[(lane - 1) * neurons + neuron] += sum;
  }
}

/**
 * What each lane adds to the gradient of one weight: by the lane in which the weight is used.
 * @param {Scene} scene
 * @param {Trace} trace
 * @param {Slopes} slopes
 * @param {Located} weight
 * @returns {Float64Array} one share for each lane
 */
export function shareGradient(scene, trace, slopes, weight) {
  const { lanes } = scene.header;
  const { matrix, gate, row } = weight;
  if (matrix > 2) return shareOfHead(scene, trace, slopes, weight);
  const shares = new Float64Array(lanes.length);
  const width = 4 * scene.neurons;
  const column = Number(gate) * scene.neurons + weight.column;
  for (const [lane, { fresh }] of lanes.entries()) {
    const met = [trace.x[lane], fresh ? 0 : trace.h[(lane - 1) * scene.neurons + row], 1][matrix];
    shares[lane] = slopes.gates[lane * width + column] * met;
  }
  return shares;
}

/**
 * The lane in which an answer uses a weight of its column.
 * @param {Scene} scene @param {import("../types.js").Answer} answer @param {Located} weight
 */
const findUse = ({ neurons }, { first, last }, { matrix, row }) =>
  matrix === 4 ? last : first + Math.floor(row / neurons);

/**
 * A bias is used once for each answer, above the last lane that the answer reads.
 * @param {Scene} scene
 * @param {Trace} trace
 * @param {Slopes} slopes
 * @param {Located} weight
 */
function shareOfHead(scene, trace, slopes, weight) {
  const { header, neurons } = scene;
  const shares = new Float64Array(header.lanes.length);
  for (const [place, answer] of header.answers.entries()) {
    if (answer.column !== weight.column) continue;
    const met = weight.matrix === 4 ? 1 : trace.h[answer.first * neurons + weight.row];
    shares[findUse(scene, answer, weight)] += slopes.answers[place] * met;
  }
  return shares;
}

/**
 * Which lanes use a weight at all; a weight that only some use has no bar at the others.
 * @param {Scene} scene
 * @param {Located} weight
 * @returns {boolean[]}
 */
export function findUses(scene, weight) {
  const { lanes, answers } = scene.header;
  const uses = lanes.map(({ fresh }) => weight.matrix < 3 && !(weight.matrix === 1 && fresh));
  for (const answer of weight.matrix > 2 ? answers : []) {
    if (answer.column === weight.column) uses[findUse(scene, answer, weight)] = true;
  }
  return uses;
}

/**
 * One update of one weight, as Keras' Adam makes it.
 * @param {{ mean: number, square: number, gradient: number, epoch: number, learningRate: number }} given Adam's
 *   memory after `epoch` epochs
 * @returns {{ mean: number, square: number, step: number }} the memory after one more, and what the weight changes by
 */
export function stepAdam({ mean, square, gradient, epoch, learningRate }) {
  const { keepMean, keepSquare, epsilon } = ADAM;
  const after = {
    mean: keepMean * mean + (1 - keepMean) * gradient,
    square: keepSquare * square + (1 - keepSquare) * gradient * gradient,
  };
  // Both memories begin at zero and are too small at first: this makes up for it.
  const rate = (learningRate * Math.sqrt(1 - keepSquare ** (epoch + 1))) / (1 - keepMean ** (epoch + 1));
  return { ...after, step: (-rate * after.mean) / (Math.sqrt(after.square) + epsilon) };
}
