/** The drawing in words: what a screen reader reads and the line above the picture says. */

import { sumUp } from "../data/forward.js";
import { countUses, isFresh, sourceOf, weightAt } from "../data/wiring.js";
import { chosenPlace, isOutputKnown } from "../state/view.js";
import { formatCount, formatLoss, formatNumber, subscript } from "./numbers.js";

/** @typedef {import("../types.js").Picture} Picture */

/** One or two sentences about the current step. @param {Picture} pic */
export function narrate(pic) {
  const { scene, view, moment, say } = pic;
  const { step } = view;
  const number = step + 1;
  const x = formatNumber(scene.header.sequence[step]);
  const values = { number, total: scene.length, x, before: number - 1, left: scene.length - number };
  const start = say(`tell_${scene.framing}${isFresh(scene, step) ? "_fresh" : ""}`, values);
  if (!moment.trace) return `${start} ${say("pending")}`;
  if (scene.framing === "many-to-one" && step < scene.length - 1) return `${start} ${say("tell_dropped", values)}`;
  const place = chosenPlace(pic);
  const { lane, output } = sourceOf(scene, place);
  const sum = isOutputKnown(scene, view, place) ? sumUp(pic, place, lane, output) : null;
  if (!sum) return start;
  const target = formatNumber(scene.header.sequence[place]);
  const told = say(scene.framing === "many-to-one" ? "tell_block" : "tell_stamp", {
    value: sum.said,
    output: place + 1,
    target,
    y: `ŷ${subscript(place + 1)}`,
  });
  return `${start} ${told}`;
}

/** Everything at once, as the drawing's own label. @param {Picture} pic */
export function describeStage(pic) {
  const { scene, say } = pic;
  const shapes = scene.header.tensors
    .map((tensor) => `${tensor.name} (${tensor.kerasShape.map((size) => size ?? "None").join(", ")})`)
    .join(" → ");
  return `${say(`framing_${scene.framing}`)}. ${shapes}. ${describeMoment(pic)}. ${describeHighlight(pic) ?? ""}`;
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

/** What is pointed at, in words. @param {Picture} pic */
export function describeHighlight(pic) {
  const { scene, view, moment, say } = pic;
  const mark = view.highlight;
  if (!mark || mark.row === null || !moment.weights) return null;
  if (scene.framing === "many-to-one" && mark.output === null)
    return say("uses_row", { row: mark.row + 1, count: scene.outputs });
  const output = mark.output ?? 0;
  const name = mark.row < 0 ? "b" : `W${subscript(mark.row + 1)}`;
  const value = formatNumber(weightAt(moment.weights, mark.row, output));
  const count = countUses(scene);
  if (scene.framing === "many-to-one") return say("uses_once", { name, value, output: output + 1 });
  return say(scene.framing === "one-to-one" ? "uses_samples" : "uses_timesteps", { name, value, count });
}

/**
 * `0.12·0.55 + … + 0.05 ≈ 0.40`, with at most so many terms one by one.
 * @param {Picture} pic
 * @param {NonNullable<ReturnType<typeof sumUp>>} sum
 * @param {number} most
 */
export function writeSum({ scene }, sum, most) {
  /** @param {number} value */
  const factor = (value) => (value < 0 ? `(${formatNumber(value)})` : formatNumber(value));
  const shown = sum.terms.slice(0, most);
  const rest = sum.y - sum.bias - shown.reduce((total, term) => total + term.product, 0);
  const parts = shown.map((term) => `${factor(term.h)}·${factor(term.w)}`);
  if (shown.length < scene.neurons) parts.push(`… ${factor(rest)}`);
  return `${parts.join(" + ")} + ${factor(sum.bias)} ≈ ${formatNumber(sum.y)}`;
}
