/** Pointer, touch and keyboard: three ways to the same few things. */

import { findSnapshot } from "./scrubber.js";

/** @typedef {import("./types.js").App} App */

/**
 * What a drawn thing stands for.
 * @param {EventTarget | null} target
 */
function readHit(target) {
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
 * @returns {import("./types.js").Highlight | null}
 */
function findHighlight({ scene }, hit) {
  if (!hit) return null;
  const single = scene.framing === "many-to-one";
  if (hit.hit === "w") return { row: hit.neuron, output: hit.output, lane: null };
  if (hit.hit === "h" && !(single && hit.lane !== scene.length - 1)) return { row: hit.neuron, output: null, lane: null };
  if (hit.hit === "y") return { row: null, output: single ? hit.place : 0, lane: single ? null : hit.place };
  return null;
}

/** @param {App} app @param {import("./types.js").Highlight | null} highlight */
function point(app, highlight) {
  const before = app.view.highlight;
  const same = highlight?.row === before?.row && highlight?.output === before?.output && highlight?.lane === before?.lane;
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

/** @param {App} app @param {ReturnType<typeof readHit>} hit */
function press(app, hit) {
  if (!hit) {
    point(app, null);
    return;
  }
  app.motion.stop();
  const single = app.scene.framing === "many-to-one";
  if (hit.hit === "box" && hit.lane !== null) app.show({ step: hit.lane, phase: 1, panel: "cell" });
  else if (hit.hit === "x" && hit.lane !== null) app.step(hit.lane);
  else if (hit.hit === "neuron" && hit.neuron !== null) app.show({ neuron: hit.neuron });
  else if (hit.hit === "y" && hit.place !== null && single) app.show({ output: hit.place, panel: "dense" });
  else if (hit.hit === "y" && hit.place !== null) app.show({ step: hit.place, phase: 1, panel: "dense" });
  else if (hit.hit === "w" && single && hit.output !== null) app.show({ output: hit.output, panel: "dense" });
  else if (hit.hit === "h" && hit.lane !== null && app.view.panel === "cell") app.show({ step: hit.lane, neuron: hit.neuron ?? 0 });
  const highlight = findHighlight(app, hit);
  if (highlight) point(app, highlight);
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

/** @type {Record<string, (app: App) => void>} */
const STEP_KEYS = {
  ArrowRight: (app) => app.step(app.view.step + 1),
  ArrowLeft: (app) => app.step(app.view.step - 1),
  Home: (app) => app.step(0),
  End: (app) => app.step(app.scene.length - 1),
};
/** @type {Record<string, (app: App) => void>} */
const EPOCH_KEYS = {
  ArrowRight: (app) => app.showEpoch(app.view.epochIndex + 1),
  ArrowUp: (app) => app.showEpoch(app.view.epochIndex + 1),
  ArrowLeft: (app) => app.showEpoch(app.view.epochIndex - 1),
  ArrowDown: (app) => app.showEpoch(app.view.epochIndex - 1),
  Home: (app) => app.showEpoch(0),
  End: (app) => app.showEpoch(app.scene.header.snapshotEpochs.length - 1),
};
/** @type {Record<string, (app: App) => void>} */
const SHARED_KEYS = {
  PageUp: (app) => app.showEpoch(app.view.epochIndex + 10),
  PageDown: (app) => app.showEpoch(app.view.epochIndex - 10),
  Escape: (app) => app.show({ panel: "dense", highlight: null }),
};

/** @param {App} app */
export function listenToKeys(app) {
  app.parts.stage.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || target instanceof HTMLSelectElement) return;
    const done = pressKey(app, event.key, target);
    if (done) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
}

/** @param {App} app @param {string} key @param {Element} target */
function pressKey(app, key, target) {
  const onEpochs = target === app.parts.epochTrack;
  const hit = readHit(target);
  if (hit && rove(app, key, target, hit)) return true;
  if (key === " " && !(target instanceof HTMLButtonElement)) {
    app.motion.toggle(onEpochs ? "epochs" : "steps");
    return true;
  }
  const act = (onEpochs ? EPOCH_KEYS[key] : STEP_KEYS[key]) ?? SHARED_KEYS[key];
  if (!act) return false;
  app.motion.stop();
  act(app);
  return true;
}

/**
 * Among the weights up and down move from one to the next; Enter opens what has the focus.
 * @param {App} app @param {string} key @param {Element} target @param {NonNullable<ReturnType<typeof readHit>>} hit
 */
function rove(app, key, target, hit) {
  if (key === "Enter") {
    press(app, hit);
    return true;
  }
  const across = app.scene.framing === "many-to-one" && (key === "ArrowLeft" || key === "ArrowRight");
  if (hit.hit !== "w" || !(key === "ArrowUp" || key === "ArrowDown" || across)) return false;
  const kind = "[data-layer='card'] [data-hit='w']";
  const all = /** @type {SVGElement[]} */ ([...app.parts.svg.querySelectorAll(kind)]);
  const column = all.filter((node) => node.dataset.output === /** @type {SVGElement} */ (target).dataset.output);
  const row = all.filter((node) => node.dataset.neuron === /** @type {SVGElement} */ (target).dataset.neuron);
  const list = across ? row : column;
  const order = across ? "output" : "neuron";
  list.sort((a, b) => Number(a.dataset[order]) - Number(b.dataset[order]));
  const at = list.indexOf(/** @type {SVGElement} */ (target));
  const next = list[at + (key === "ArrowDown" || key === "ArrowRight" ? 1 : -1)];
  if (next) {
    for (const node of all) node.setAttribute("tabindex", node === next ? "0" : "-1");
    next.focus({ preventScroll: true });
  }
  return true;
}

/** One weight and the current box can be reached by Tab; the arrows go on from there. @param {App} app */
export function markFocusable(app) {
  const { svg } = app.parts;
  const weights = /** @type {SVGElement[]} */ ([...svg.querySelectorAll("[data-layer='card'] [data-hit='w']")]);
  const held = weights.find((node) => node.getAttribute("tabindex") === "0");
  for (const node of weights) {
    const wanted = node === (held ?? weights[0]) ? "0" : "-1";
    if (node.getAttribute("tabindex") !== wanted) node.setAttribute("tabindex", wanted);
    if (!node.hasAttribute("role")) node.setAttribute("role", "img");
  }
  for (const box of svg.querySelectorAll("rect[data-hit='box']")) {
    const here = box.getAttribute("data-lane") === String(app.view.step);
    if (box.getAttribute("tabindex") !== (here ? "0" : "-1")) box.setAttribute("tabindex", here ? "0" : "-1");
    if (!box.hasAttribute("role")) box.setAttribute("role", "button");
  }
}
