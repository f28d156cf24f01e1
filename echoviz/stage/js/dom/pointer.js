/** Pointer, touch and keyboard: three ways to the same few things. */

import { findSnapshot } from "../data/epochs.js";

/** @typedef {import("../types.js").App} App */

/**
 * What a drawn thing stands for.
 * @param {EventTarget | null} target
 */
export function readHit(target) {
  const node = target instanceof Element ? target.closest("[data-hit]") : null;
  if (!(node instanceof SVGElement)) return null;
  const { hit, lane, neuron, output, place } = node.dataset;
  /** @param {string | undefined} text */
  const number = (text) => (text === undefined ? null : Number(text));
  return { hit, lane: number(lane), neuron: number(neuron), output: number(output), place: number(place) };
}

/**
 * What lights up when that thing is pointed at.
 * @param {App} app
 * @param {ReturnType<typeof readHit>} hit
 * @returns {import("../types.js").Highlight | null}
 */
function findHighlight({ scene }, hit) {
  if (!hit) return null;
  const single = scene.framing === "many-to-one";
  if (hit.hit === "w") return { row: hit.neuron, output: hit.output, lane: null };
  if (hit.hit === "h" && !(single && hit.lane !== scene.length - 1))
    return { row: hit.neuron, output: null, lane: null };
  if (hit.hit === "y") return { row: null, output: single ? hit.place : 0, lane: single ? null : hit.place };
  return null;
}

/** @param {App} app @param {import("../types.js").Highlight | null} highlight */
function point(app, highlight) {
  const before = app.view.highlight;
  const same =
    highlight?.row === before?.row && highlight?.output === before?.output && highlight?.lane === before?.lane;
  if (!same) app.show({ highlight });
}

/** @param {App} app */
export function listenToDrawing(app) {
  const { svg } = app.parts;
  svg.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse") point(app, findHighlight(app, readHit(event.target)));
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
    if (app.scene.framing === "many-to-one") app.show({ output: output ?? 0 });
  },
  h: (app, { lane, neuron }) => {
    if (app.view.panel === "cell") app.show({ step: lane ?? 0, phase: 1, neuron: neuron ?? 0 });
  },
  y: (app, { place }) => {
    const at = place ?? 0;
    app.show(
      app.scene.framing === "many-to-one" ? { output: at, panel: "dense" } : { step: at, phase: 1, panel: "dense" },
    );
  },
};

/** @param {App} app @param {ReturnType<typeof readHit>} hit */
export function press(app, hit) {
  if (hit) {
    app.motion.stop();
    PRESSES[hit.hit ?? ""]?.(app, hit);
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

