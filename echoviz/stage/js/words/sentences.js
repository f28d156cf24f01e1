/** The drawing in words: what a screen reader reads, the line above the picture, and the notes beside it. */

import { countUses, inputOf, isBlock, isFresh, isPassedOn, owedInput, rowOf, weightAt } from "../data/wiring.js";
import { chosenPlace, isOutputKnown } from "../state/view.js";
import { formatCount, formatLoss, formatNumber, formatShape, subscript } from "./numbers.js";

/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {import("../types.js").Scene} Scene */

/** What this arrangement is called. @param {{ scene: Scene, say: import("../types.js").Say }} pic */
export function nameScene({ scene, say }) {
  const special = scene.kind === "flat" || scene.kind === "cards";
  return say(`framing_${special ? scene.kind : scene.header.words.framing}`);
}

/** How late its answers come. @param {{ scene: Scene, say: import("../types.js").Say }} pic */
export const nameDelay = ({ scene, say }) => (scene.header.delay ? say("delay_is", { delay: scene.header.delay }) : "");

/** One or two sentences about the current step. @param {Picture} pic */
export function narrate(pic) {
  const { scene, view, moment, say } = pic;
  const { step } = view;
  const x = formatNumber(inputOf(scene, step));
  const values = { number: step + 1, total: scene.length, x, before: step };
  const entry = scene.unit === "sample" ? "sample" : scene.repeats ? "copy" : "step";
  const start = say(isFresh(scene, step) ? `tell_${entry}_fresh` : `tell_${entry}`, values);
  if (!moment.trace) return `${start} ${say("pending")}`;
  if (!isPassedOn(scene, step)) return `${start} ${say("tell_dropped", values)}`;
  const place = chosenPlace(pic);
  if (!isOutputKnown(scene, view, place)) {
    return scene.kind === "flat" && step < scene.length - 1 ? `${start} ${say("tell_waits", values)}` : start;
  }
  const value = formatNumber(moment.trace.y[place]);
  const told = { value, output: place + 1, target: writeTarget(scene, place), y: `ŷ${subscript(place + 1)}` };
  return `${start} ${say(`tell_${scene.kind}`, told)}`;
}

/**
 * What ought to come out, and which number of X that is when it comes late.
 * @param {Scene} scene
 * @param {number} place
 */
export function writeTarget(scene, place) {
  const owed = owedInput(scene, place);
  const value = formatNumber(scene.header.targets[place]);
  return owed === null ? value : `${value} = x${subscript(owed + 1)}`;
}

/** Everything at once, as the drawing's own label. @param {Picture} pic */
export function describeStage(pic) {
  const shapes = pic.scene.header.tensors
    .map(({ name, kerasShape }) => `${name} ${formatShape(kerasShape)}`)
    .join(" → ");
  const name = [nameScene(pic), nameDelay(pic)].filter(Boolean).join(", ");
  return `${name}. ${shapes}. ${describeMoment(pic)}. ${describeHighlight(pic) ?? ""}`;
}

/** Where the numbers come from. @param {Picture} pic */
export function describeMoment({ scene, view, moment, say }) {
  const { header } = scene;
  if (!moment.trace) return say("pending");
  const values = { epoch: formatCount(moment.epoch), loss: formatLoss(moment.loss) };
  if (moment.epoch === 0) return say("moment_untrained", values);
  const origin = view.live
    ? "training"
    : header.ending && header.ending !== "finished"
      ? header.ending
      : header.provenance;
  return `${say("moment", values)} · ${say(`origin_${origin}`)}`;
}

/**
 * Where the epoch's slider stands: between two snapshots the loss is that epoch's, the weights are the nearest one's.
 * @param {Picture} pic
 */
export function describeEpoch({ scene, view, moment, say }) {
  if (!moment.trace) return say("pending");
  const drawn = formatCount(moment.epoch);
  if (view.between === null) return say("step_epoch", { epoch: drawn, loss: formatLoss(moment.loss) });
  const loss = formatLoss(scene.losses[view.between]);
  return say("step_epoch_between", { epoch: formatCount(view.between), loss, drawn });
}

/** What is pointed at, in words. @param {Picture} pic */
export function describeHighlight(pic) {
  const { scene, view, moment, say } = pic;
  const mark = view.highlight;
  if (!mark || mark.neuron === null || !moment.weights) return null;
  const { answers, head } = scene.header;
  const answer = answers.find(({ column }) => column === mark.column);
  if (!answer) return say("uses_row", { neuron: mark.neuron + 1, count: head.columns });
  const row = rowOf(scene, answer, mark.lane ?? answer.first, mark.neuron);
  const name = row < 0 ? "b" : `W${subscript(row + 1)}`;
  const value = formatNumber(weightAt(moment.weights, row, answer.column));
  if (isBlock(scene)) return say("uses_once", { name, value, output: answer.column + 1 });
  if (scene.kind === "cards") return say("uses_own", { name, value, number: answer.first + 1 });
  return say(`uses_${scene.unit}s`, { name, value, count: countUses(scene, answer.column) });
}

/**
 * `0.12·0.55 + … + 0.05 ≈ 0.40`, with at most so many terms one by one.
 * @param {NonNullable<ReturnType<typeof import("../data/forward.js").sumUp>["values"]>} sum
 * @param {{ left: number, most: number }} bounds terms that are not in `sum`, and how many to write
 */
export function writeSum(sum, { left, most }) {
  /** @param {number} value */
  const factor = (value) => (value < 0 ? `(${formatNumber(value)})` : formatNumber(value));
  const shown = sum.terms.slice(0, most);
  const rest = sum.y - sum.bias - shown.reduce((total, term) => total + term.product, 0);
  const parts = shown.map((term) => `${factor(term.h)}·${factor(term.w)}`);
  if (left + sum.terms.length > shown.length) parts.push(`… ${factor(rest)}`);
  return `${parts.join(" + ")} + ${factor(sum.bias)} ≈ ${formatNumber(sum.y)}`;
}
