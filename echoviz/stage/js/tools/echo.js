/** Does it echo yours? What comes out of the visitor's own numbers, against what ought to. */

import { LIMIT, MOST_NUMBERS, NOTHING, canChangeLength, deriveScene } from "../data/changes.js";
import { computeTrace, readWeights } from "../data/forward.js";

/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../types.js").Moment} Moment */
/**
 * `share` is how far the answers went from those to the model's own sequence to the visitor's targets, 0 to 1.
 * @typedef {{ verdict: "same" | "sameNot" | "untrained" | "follows" | "partly" | "memorised", error: number,
 *   ownError: number, share: number }} Judged
 */

/** As near as a learned answer has to come, on average. */
export const ECHOES = 0.05;
/** Numbers so near to the experiment's own ask nothing new. */
const ALIKE = 0.02;
/** From this share on the answers went with the visitor's numbers, though not all the way. */
const PARTLY = 0.75;
const IN_A_LINK = 1e4;

/** @param {ArrayLike<number>} answers @param {ArrayLike<number>} targets how far they are apart, on average */
export function measureError(answers, targets) {
  const count = Math.min(answers.length, targets.length);
  let sum = 0;
  for (let at = 0; at < count; at++) sum += Math.abs(answers[at] - targets[at]);
  return sum / Math.max(1, count);
}

/**
 * Whether the model follows what comes in, or answers as it did to the sequence that it was shown.
 * @param {{ answers: ArrayLike<number>, targets: number[], ownAnswers: ArrayLike<number>, ownTargets: number[] }} given
 * @returns {Judged}
 */
export function judge({ answers, targets, ownAnswers, ownTargets }) {
  const [error, ownError] = [measureError(answers, targets), measureError(ownAnswers, ownTargets)];
  const share = measureShare(answers, targets, ownAnswers);
  const isSame = targets.length === ownTargets.length && measureError(targets, ownTargets) < ALIKE;
  /** @returns {Judged["verdict"]} */
  const decide = () => {
    if (isSame) return ownError <= ECHOES ? "same" : "sameNot";
    if (error <= ECHOES) return "follows";
    if (ownError > ECHOES) return "untrained";
    return share >= PARTLY ? "partly" : "memorised";
  };
  return { verdict: decide(), error, ownError, share: Math.max(0, Math.min(1, share)) };
}

/** The part of the way that the answers went. @param {ArrayLike<number>} answers @param {number[]} targets
 * @param {ArrayLike<number>} before */
function measureShare(answers, targets, before) {
  let [went, way] = [0, 0];
  for (let at = 0; at < Math.min(targets.length, before.length); at++) {
    went += (answers[at] - before[at]) * (targets[at] - before[at]);
    way += (targets[at] - before[at]) ** 2;
  }
  return way ? went / way : 1;
}

/**
 * The verdict on a moment of a scene that the visitor's numbers go into.
 * @param {Scene} given as Python sent it @param {Scene} scene @param {Moment} moment
 * @param {Moment} [kept] the same weights' moment of the given scene, where it is known
 */
export function judgeMoment(given, scene, moment, kept) {
  const { header } = given;
  if (!moment.trace || !moment.flat) return null;
  const known = scene === given ? moment.trace : kept?.trace;
  const own = known ?? computeTrace(readWeights(moment.flat, header), header);
  const { targets } = scene.header;
  return judge({ answers: moment.trace.y, targets, ownAnswers: own.y, ownTargets: header.targets });
}

/** What a model answers to some numbers. @param {Scene} given its scene @param {Float32Array} flat its weights
 * @param {number[] | null} own @returns {Float64Array} */
export function answerOwn(given, flat, own) {
  const { header } = deriveScene(given, { ...NOTHING, own });
  return computeTrace(readWeights(flat, given.header), header).y;
}

/** How much arithmetic it takes to look at every snapshot: multiplications. @param {Scene} scene */
export const measureWork = ({ header, length, neurons }) => header.snapshotEpochs.length * length * 4 * neurons ** 2;

/**
 * The epoch from which the numbers that go in come out again, and stay so to the end; null where they never do.
 * @param {Scene} scene
 */
export function findEcho({ header, weights, size }) {
  let from = null;
  for (let index = header.snapshotEpochs.length - 1; index >= 0; index--) {
    const flat = weights.subarray(index * size, (index + 1) * size);
    const { y } = computeTrace(readWeights(flat, header), header);
    if (!(measureError(y, header.targets) <= ECHOES)) break;
    from = header.snapshotEpochs[index];
  }
  return from;
}

/** @param {number} value as a link keeps it */
export const tidy = (value) => Math.max(-LIMIT, Math.min(LIMIT, Math.round(value * IN_A_LINK) / IN_A_LINK));

/**
 * Other numbers made of those that are there.
 * @type {Record<string, (x: number[], random?: () => number) => number[]>}
 */
export const ARRANGE = {
  reverse: (x) => [...x].reverse(),
  shuffle: (x, random = Math.random) => shuffle(x, random),
  equal: (x) => x.map(() => tidy(x.reduce((sum, each) => sum + each, 0) / x.length || 0.5)),
  outside: (x) => x.map((each) => tidy(1 + Math.abs(each) * 2)),
  longer: (x) => [...x, 0.5].slice(0, MOST_NUMBERS),
  shorter: (x) => x.slice(0, Math.max(1, x.length - 1)),
};

/** Those that there are for a model. @param {import("../types.js").Header} header as Python sent it */
export function listArrangements(header) {
  const one = header.x.length === 1 && !canChangeLength(header);
  const resizing = canChangeLength(header) ? ["longer", "shorter"] : [];
  return one ? ["outside"] : ["reverse", "shuffle", "equal", "outside", ...resizing];
}

/** In another order, where there is one. @param {number[]} x @param {() => number} random */
function shuffle(x, random) {
  const mixed = [...x];
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other], mixed[at]];
  }
  const isSame = mixed.every((each, at) => each === x[at]);
  return isSame ? [...mixed.slice(1), mixed[0]] : mixed;
}
