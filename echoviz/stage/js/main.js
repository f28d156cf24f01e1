/** The stage: a scene comes in, is drawn, and from then on moves by itself. */

import { NOTHING } from "./data/changes.js";
import { readScene } from "./data/payload.js";
import { listenToButtons } from "./dom/buttons.js";
import { listenToPage, rememberLook } from "./dom/exchange.js";
import { listenToKeys } from "./dom/keys.js";
import { listenToMarks } from "./dom/marks.js";
import { makePainter } from "./dom/paint.js";
import { buildParts } from "./dom/parts.js";
import { listenToDrawing, listenToTracks } from "./dom/pointer.js";
import { drawSteps, drawTracks, render } from "./dom/render.js";
import { listenToTools } from "./dom/toolbox.js";
import { nameButtons, readTheme } from "./dom/theme.js";
import { makeColours } from "./draw/colour.js";
import { boundWidth } from "./draw/layout.js";
import { change, followChanges } from "./state/changing.js";
import { readEpoch, readLook } from "./state/look.js";
import { makeMotion, prefersStillness } from "./state/motion.js";
import { changeScene, growNothing } from "./state/updates.js";
import { neuronCap, openView } from "./state/view.js";
import { fillText } from "./words/numbers.js";

/** @typedef {import("./types.js").App} App */

/** @type {WeakMap<object, App>} */
const apps = new WeakMap();

/** @param {import("./types.js").Component} component @returns {App} */
function createApp(component) {
  // The page keeps room for the stage before this script has arrived; it goes where the room is.
  const parts = buildParts(component.parentElement.querySelector(".echoviz-stage") ?? component.parentElement);
  const scene = readScene(/** @type {Uint8Array} */ (component.data));
  /** @type {App} */
  const app = {
    parts,
    painter: makePainter(parts.svg),
    scene,
    given: scene,
    past: [],
    earlier: null,
    ask: component.setTriggerValue ? (name) => component.setTriggerValue?.(name, true) : null,
    bytes: /** @type {Uint8Array} */ (component.data),
    view: openView(scene),
    windows: { first: 0, outFirst: 0 },
    theme: "",
    colours: makeColours(scene.header.palettes.light, scene.header.valueLimit),
    width: 0,
    grown: growNothing(),
    silence: 0,
    settling: 0,
    told: "",
    motion: makeMotion(() => app),
    /** @param {Partial<import("./types.js").Changes>} part @param {boolean} [goesOn] */
    change: (part, goesOn = false) => change(app, part, goesOn),
    /** @param {Partial<import("./types.js").View>} changes @param {number} [ms] */
    show: (changes, ms = 0) => showChanges(app, changes, ms),
    /** @param {number} lane */
    step: (lane) => stepTo(app, lane),
    /** @param {number} index */
    showEpoch: (index) => showEpoch(app, index),
    lookAtEpoch: (epoch) => app.show({ ...readEpoch(app.scene, epoch), live: null }),
    draw: (ms) => render(app, ms),
    drawTracks: () => drawTracks(app),
    drawSteps: () => drawSteps(app),
    retell: () => retell(app),
    /** @param {string} key @param {Record<string, string | number>} [values] */
    say: (key, values = {}) => fillText(app.scene.header.texts[key] ?? key, values),
  };
  return app;
}

/** @param {App} app @param {Partial<import("./types.js").View>} changes @param {number} ms */
function showChanges(app, changes, ms) {
  const endsLive = changes.live === null && app.view.live !== null;
  const leavesEpoch = changes.epochIndex !== undefined && changes.between === undefined;
  const before = app.view.changes;
  Object.assign(app.view, changes, leavesEpoch ? { between: null } : {});
  followChanges(app, before);
  if (endsLive) drawTracks(app);
  render(app, ms);
}

/** Everything that has words, in the language that is spoken now. @param {App} app */
function retell(app) {
  nameButtons(app);
  drawTracks(app);
  render(app, 0);
}

/** @param {App} app @param {number} lane */
function stepTo(app, lane) {
  const step = Math.max(0, Math.min(app.scene.length - 1, lane));
  if (step === app.view.step) return;
  const forward = step === app.view.step + 1 && !prefersStillness();
  app.show({ step, phase: forward ? 0.001 : 1 });
  if (forward) app.motion.nudge();
}

/** @param {App} app @param {number} index */
function showEpoch(app, index) {
  const last = Math.max(0, app.scene.header.snapshotEpochs.length - 1);
  app.show({ epochIndex: Math.max(0, Math.min(last, index)), live: null });
}

/** What a link asks to see first. @param {App} app @param {number} width */
function openAsAsked(app, width) {
  const { view } = app.given.header;
  if (view) Object.assign(app.view, readLook(app.given, view, neuronCap(width)));
  followChanges(app, NOTHING);
  rememberLook(app);
}

/** @param {App} app @returns {() => void} */
function startApp(app) {
  const { stage, svg } = app.parts;
  const measure = () => {
    const width = boundWidth(svg.clientWidth || stage.clientWidth || 800);
    if (width === app.width) return;
    if (!app.width) openAsAsked(app, width);
    app.width = width;
    drawTracks(app);
    render(app, 0);
  };
  const observer = new ResizeObserver(measure);
  observer.observe(stage);
  const tracks = new ResizeObserver(() => {
    drawTracks(app);
    render(app, 0);
  });
  tracks.observe(app.parts.stepTrack);
  tracks.observe(app.parts.epochTrack);
  const leavePage = listenToPage(app);
  listenToDrawing(app);
  listenToTracks(app);
  listenToKeys(app);
  listenToMarks(app);
  listenToButtons(app);
  listenToTools(app);
  nameButtons(app);
  measure();
  return () => {
    observer.disconnect();
    tracks.disconnect();
    leavePage();
    clearTimeout(app.silence);
    app.motion.dispose();
  };
}

/** What ends the stage of a parent. @type {WeakMap<object, () => void>} */
const endings = new WeakMap();
/** The last call for each parent. @type {WeakMap<object, object>} */
const turns = new WeakMap();

/**
 * Called for each new data or theme with the same parent: only the first call builds.
 * @param {import("./types.js").Component} component
 * @returns {() => void} what dismantles the stage
 */
export default function mountStage(component) {
  const parent = component.parentElement;
  if (!component.data) return () => {};
  const turn = {};
  turns.set(parent, turn);
  const known = apps.get(parent);
  if (known) hand(known, component.data);
  else build(component);
  return () => {
    // A page may dismantle what an earlier call gave it after it has made the next one: the stage is alive then.
    if (turns.get(parent) !== turn) return;
    endings.get(parent)?.();
    endings.delete(parent);
    apps.delete(parent);
  };
}

/** @param {import("./types.js").Component} component */
function build(component) {
  const app = createApp(component);
  apps.set(component.parentElement, app);
  readTheme(app);
  const end = startApp(app);
  endings.set(component.parentElement, () => {
    end();
    app.parts.stage.remove();
  });
}

/** @param {App} app @param {Uint8Array} bytes */
function hand(app, bytes) {
  const { theme } = app;
  changeScene(app, bytes);
  readTheme(app);
  if (app.theme === theme) return;
  render(app, 0);
  drawTracks(app);
  render(app, 0);
}
