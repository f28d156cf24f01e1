/** Pointer, touch and keyboard: three ways to the same few things. */

import { findSnapshot } from "../data/epochs.js";
import { isBlock, reads } from "../data/wiring.js";
import { readHit } from "./pointing.js";
import { pressTool } from "./toolbox.js";

/** @typedef {import("../types.js").App} App */

/**
 * What lights up when that thing is pointed at.
 * @param {App} app
 * @param {ReturnType<typeof readHit>} hit
 * @returns {import("../types.js").Highlight | null}
 */
function findHighlight({ scene }, hit) {
  if (!hit) return null;
  const { answers, head } = scene.header;
  const { neuron } = hit;
  if (hit.hit === "w") return { neuron, column: hit.output, lane: head.columns > 1 ? hit.lane : null, place: null };
  if (hit.hit === "h" && hit.lane !== null) return lightHidden(scene, hit.lane, neuron);
  if (hit.hit === "y" && hit.place !== null)
    return { neuron: null, column: answers[hit.place].column, lane: null, place: hit.place };
  return null;
}

/**
 * A hidden state meets the weights of the answers that read it: of one column, or of them all.
 * @param {import("../types.js").Scene} scene
 * @param {number} lane
 * @param {number | null} neuron
 * @returns {import("../types.js").Highlight | null}
 */
function lightHidden({ header }, lane, neuron) {
  const columns = new Set(header.answers.filter((answer) => reads(answer, lane)).map(({ column }) => column));
  if (!columns.size) return null;
  const [column] = columns;
  return { neuron, column: columns.size > 1 ? null : column, lane: header.head.columns > 1 ? lane : null, place: null };
}

/** @param {App} app @param {import("../types.js").Highlight | null} highlight */
function point(app, highlight) {
  const before = app.view.highlight;
  const names = /** @type {const} */ (["neuron", "column", "lane", "place"]);
  const same = names.every((name) => highlight?.[name] === before?.[name]);
  if (!same) app.show({ highlight });
}

/** @param {App} app */
export function listenToDrawing(app) {
  const { svg } = app.parts;
  svg.addEventListener("pointermove", (event) => {
    const isDrag = svg.hasPointerCapture(event.pointerId);
    if (event.pointerType === "mouse" && !isDrag) point(app, findHighlight(app, readHit(event.target)));
  });
  svg.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse") point(app, null);
  });
  svg.addEventListener("click", (event) => press(app, readHit(event.target)));
  svg.addEventListener("focusin", (event) => point(app, findHighlight(app, readHit(event.target))));
  svg.addEventListener("focusout", () => point(app, null));
}

/**
 * What a press on each kind of thing does.
 * @type {Record<string, (app: App, hit: NonNullable<ReturnType<typeof readHit>>) => void>}
 */
const PRESSES = {
  box: (app, { lane }) => app.show({ step: lane ?? 0, phase: 1, panel: "cell" }),
  x: (app, { lane }) => app.step(lane ?? 0),
  neuron: (app, { neuron }) => app.show({ neuron: neuron ?? 0 }),
  w: (app, { output }) => {
    if (isBlock(app.scene)) app.show({ output: output ?? 0 });
  },
  h: (app, { lane, neuron }) => {
    if (app.view.panel === "cell") app.show({ step: lane ?? 0, phase: 1, neuron: neuron ?? 0 });
  },
  y: (app, { place }) => {
    const at = place ?? 0;
    app.show(isBlock(app.scene) ? { output: at, panel: "sum" } : { step: at, phase: 1, panel: "sum" });
  },
};

/** @param {App} app @param {ReturnType<typeof readHit>} hit */
export function press(app, hit) {
  if (hit) {
    app.motion.stop();
    if (!pressTool(app, hit)) PRESSES[hit.hit ?? ""]?.(app, hit);
  }
  point(app, findHighlight(app, hit));
}

/**
 * A track that is dragged by mouse or finger.
 * @param {HTMLElement} track
 * @param {(share: number) => void} move
 */
function listenToTrack(track, move) {
  /** @param {PointerEvent} event */
  const follow = (event) => {
    const { left, width } = track.getBoundingClientRect();
    move(Math.max(0, Math.min(1, (event.clientX - left) / width)));
  };
  track.addEventListener("pointerdown", (event) => {
    track.setPointerCapture(event.pointerId);
    track.focus({ preventScroll: true });
    follow(event);
  });
  track.addEventListener("pointermove", (event) => {
    if (track.hasPointerCapture(event.pointerId)) follow(event);
  });
}

/** @param {App} app */
export function listenToTracks(app) {
  listenToTrack(app.parts.stepTrack, (share) => {
    app.motion.stop();
    const step = Math.min(app.scene.length - 1, Math.floor(share * app.scene.length));
    if (step !== app.view.step) app.show({ step, phase: 1 });
  });
  listenToTrack(app.parts.epochTrack, (share) => {
    app.motion.stop();
    app.showEpoch(findSnapshot(app.scene.header.snapshotEpochs, share));
  });
}

