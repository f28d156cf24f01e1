/** The drawing in words: what a screen reader reads and the line above the picture says. */

import { sumUp } from "./dense.js";
import { describeMoment } from "./labels.js";
import { chosenPlace, describeHighlight } from "./panel.js";
import { isFresh, isOutputKnown, sourceOf } from "./view.js";
import { formatNumber, subscript } from "./words.js";

/** @typedef {import("./types.js").Picture} Picture */

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
