/** The stage: a scene comes in, is drawn, and from then on moves by itself. */

import { luminanceOf, makeColours } from "./colour.js";
import { buildParts, setAttributes, setText } from "./controls.js";
import { drawDense } from "./dense.js";
import { drawLanes } from "./draw.js";
import { offerFile, writePage, writeSvg } from "./export.js";
import { listenToDrawing, listenToKeys, listenToTracks, markFocusable } from "./input.js";
import { drawLabels } from "./labels.js";
import { boundWidth, layoutStage, neuronCap } from "./layout.js";
import { makeMotion, prefersStillness } from "./motion.js";
import { describeStage, narrate } from "./narrate.js";
import { makePainter } from "./paint.js";
import { drawPanel } from "./panel.js";
import { computeMoment, findMoment, readLive, readScene } from "./payload.js";
import { drawEpochTrack, drawStepTrack, moveCursor, moveStep, placeEpoch } from "./scrubber.js";
import { openView } from "./view.js";
import { drawTokens, drawWires } from "./wires.js";
import { fillText, formatCount, formatLoss } from "./words.js";

/** @typedef {import("./types.js").App} App */

const SPEEDS = [0.5, 1, 2, 4];
const LIVE_SILENCE_MS = 12_000;
/** @type {WeakMap<object, App>} */
const apps = new WeakMap();

/** @param {import("./types.js").Component} component @returns {App} */
function createApp(component) {
  const parts = buildParts(component.parentElement);
  const scene = readScene(/** @type {Uint8Array} */ (component.data));
  /** @type {App} */
  const app = {
    parts,
    painter: makePainter(parts.svg),
    scene,
    bytes: /** @type {Uint8Array} */ (component.data),
    view: openView(scene),
    windows: { first: 0, outFirst: 0 },
    theme: "",
    colours: makeColours(scene.header.palettes.light, scene.header.valueLimit),
    width: 0,
    grown: { epochs: /** @type {number[]} */ ([]), losses: /** @type {number[]} */ ([]), last: 0 },
    silence: 0,
    motion: /** @type {import("./types.js").Motion} */ (/** @type {unknown} */ (null)),
    /** @param {Partial<import("./types.js").View>} changes @param {number} [ms] */
    show: (changes, ms = 0) => showChanges(app, changes, ms),
    /** @param {number} lane */
    step: (lane) => stepTo(app, lane),
    /** @param {number} index */
    showEpoch: (index) => showEpoch(app, index),
    /** @param {string} key @param {Record<string, string | number>} [values] */
    say: (key, values = {}) => fillText(app.scene.header.texts[key] ?? key, values),
  };
  app.motion = makeMotion(app);
  return app;
}

/** @param {App} app @param {Partial<import("./types.js").View>} changes @param {number} ms */
function showChanges(app, changes, ms) {
  Object.assign(app.view, changes);
  render(app, ms);
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

/** @param {App} app @returns {import("./types.js").Picture} */
function takePicture(app) {
  const { scene, view } = app;
  const geo = layoutStage(app.width, scene, view, app.windows);
  app.windows = { first: geo.first, outFirst: geo.outFirst };
  const moment = view.live ?? findMoment(scene, view.epochIndex);
  return { scene, view, geo, moment, colours: app.colours, say: app.say };
}

/** @param {App} app @param {number} ms how long things take to their new places */
function render(app, ms) {
  if (!app.width) return;
  const pic = takePicture(app);
  const panel = drawPanel(pic);
  const items = [
    ...drawLanes(pic), ...drawWires(pic), ...drawDense(pic), ...drawTokens(pic), ...drawLabels(pic), ...panel.items,
  ];
  const still = prefersStillness();
  app.painter.paint(items, { ms: still ? 0 : ms, now: performance.now() });
  if (ms && !still) app.motion.wake();
  setAttributes(app.parts.svg, { viewBox: `0 0 ${pic.geo.width} ${Math.ceil(Math.max(pic.geo.height, panel.bottom))}` });
  renderControls(app, pic);
  markFocusable(app);
}

/** @param {App} app @param {import("./types.js").Picture} pic */
function renderControls(app, pic) {
  const { parts, view, scene, say } = app;
  const playing = app.motion.playing();
  setAttributes(parts.stage, {
    "data-framing": scene.framing, "data-step": view.step, "data-epoch": pic.moment.epoch, "data-digest": scene.header.digest,
    "data-playing": playing ?? "", "data-panel": view.panel, "data-theme": app.theme, "data-key": scene.header.key,
    "data-live": view.live ? "true" : "false",
  });
  const steady = view.phase === 1 && playing !== "epochs" && !view.live;
  if (steady) {
    setText(parts.caption, narrate(pic));
    setAttributes(parts.svg, { "aria-label": describeStage(pic) });
  }
  renderTracks(app, pic);
  const { buttons } = parts;
  setButton(buttons.playSteps, playing === "steps" ? "❚❚" : "▶", say(playing === "steps" ? "pause" : "play_steps"));
  setButton(buttons.playEpochs, playing === "epochs" ? "❚❚" : "▶", say(playing === "epochs" ? "pause" : "play_epochs"));
  setButton(buttons.speed, `${view.speed}×`, say("speed", { speed: view.speed }));
  setButton(buttons.panel, say(view.panel === "cell" ? "show_dense" : "show_cell"), "");
  setAttributes(buttons.panel, { "aria-pressed": view.panel === "cell" });
  const bounded = pic.geo.neurons.length < scene.neurons;
  parts.neurons.parentElement?.toggleAttribute("hidden", !bounded);
  const shown = pic.geo.neurons;
  setText(parts.neurons, say("neurons_shown", { from: shown[0] + 1, to: shown[shown.length - 1] + 1, total: scene.neurons }));
}

/** @param {App} app @param {import("./types.js").Picture} pic */
function renderTracks(app, { geo, moment }) {
  const { parts, view, scene, say } = app;
  const single = scene.framing === "one-to-one";
  const stepText = say(single ? "step_sample" : "step_timestep", { number: view.step + 1, total: scene.length });
  setText(parts.stepLabel, stepText);
  setAttributes(parts.stepTrack, {
    "aria-label": say(single ? "axis_sample" : "axis_timestep"), "aria-valuemin": 1, "aria-valuemax": scene.length,
    "aria-valuenow": view.step + 1, "aria-valuetext": stepText,
  });
  moveStep(parts.stepTrack, { first: geo.first, count: geo.count, step: view.step, length: scene.length });
  const last = lastEpoch(app);
  const { snapshotEpochs, snapshotsTotal } = scene.header;
  const part = snapshotEpochs.length < snapshotsTotal
    ? ` · ${say("bounds_snapshots", { shown: snapshotEpochs.length, total: snapshotsTotal })}` : "";
  const epochText = say("step_epoch", { epoch: formatCount(moment.epoch), loss: formatLoss(moment.loss) });
  setText(parts.epochLabel, moment.trace ? epochText + part : say("pending"));
  setAttributes(parts.epochTrack, {
    "aria-label": say("epoch"), "aria-valuemin": 0, "aria-valuemax": last, "aria-valuenow": moment.epoch, "aria-valuetext": epochText,
  });
  moveCursor(parts.epochTrack, placeEpoch(moment.epoch, last));
}

/** @param {App} app */
const lastEpoch = ({ view, grown, scene }) =>
  view.live ? grown.last : (scene.header.snapshotEpochs[scene.header.snapshotEpochs.length - 1] ?? 0);

/** @param {HTMLElement} button @param {string} face @param {string} label */
function setButton(button, face, label) {
  setText(button, face);
  if (label) setAttributes(button, { "aria-label": label, title: label });
}

/** @param {App} app */
function drawTracks(app) {
  const { scene, grown, view, parts, colours } = app;
  const losses = view.live ? grown : { epochs: scene.lossEpochs, losses: scene.losses };
  drawStepTrack(parts.stepTrack, { scene, colours });
  drawEpochTrack(parts.epochTrack, { scene, palette: colours.palette, losses, last: lastEpoch(app) });
}

/** Follow the page's theme. @param {App} app */
function readTheme(app) {
  const root = app.parts.stage.getRootNode();
  const host = root instanceof ShadowRoot ? root.host : app.parts.stage;
  const asked = host.getAttribute("data-theme");
  const ground = getComputedStyle(host).getPropertyValue("--st-background-color").trim();
  const dark = /^#[0-9a-f]{6}$/i.test(ground) ? luminanceOf(ground) < 0.2 : matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = asked ?? (dark ? "dark" : "light");
  const { header } = app.scene;
  app.theme = theme;
  app.colours = makeColours(header.palettes[theme], header.valueLimit);
  for (const [name, value] of Object.entries(app.colours.palette)) {
    if (typeof value === "string") app.parts.stage.style.setProperty(`--${name.replace("_", "-")}`, value);
  }
  app.parts.stage.style.setProperty("--text", header.fonts.text);
}

/** Words that stay as long as the language does. @param {App} app */
function nameButtons({ parts, say }) {
  const { buttons } = parts;
  setButton(buttons.back, "◀", say("step_back"));
  setButton(buttons.next, "▶|", say("step_next"));
  setButton(buttons.fewer, "‹", say("neurons_before"));
  setButton(buttons.more, "›", say("neurons_after"));
  setButton(buttons.svg, say("save_svg"), say("save_svg_hint"));
  setButton(buttons.html, say("save_html"), say("save_html_hint"));
}

/** @param {App} app */
function listenToButtons(app) {
  const { view } = app;
  /** @type {Record<keyof App["parts"]["buttons"], () => void>} */
  const acts = {
    playSteps: () => app.motion.toggle("steps"),
    playEpochs: () => app.motion.toggle("epochs"),
    back: () => app.step(app.view.step - 1),
    next: () => app.step(app.view.step + 1),
    speed: () => app.show({ speed: SPEEDS[(SPEEDS.indexOf(app.view.speed) + 1) % SPEEDS.length] }),
    panel: () => app.show({ panel: app.view.panel === "cell" ? "dense" : "cell" }),
    fewer: () => turnPage(app, -1),
    more: () => turnPage(app, 1),
    svg: () => saveSvg(app),
    html: () => saveHtml(app),
  };
  for (const [name, act] of Object.entries(acts)) {
    app.parts.buttons[/** @type {keyof typeof acts} */ (name)].addEventListener("click", () => {
      if (!name.startsWith("play") && view) app.motion.stop();
      act();
    });
  }
}

/** @param {App} app @param {number} by */
function turnPage(app, by) {
  const cap = neuronCap(app.width);
  const pages = Math.ceil(app.scene.neurons / cap);
  const page = (app.view.page + by + pages) % pages;
  app.show({ page, neuron: Math.min(page * cap, app.scene.neurons - cap) });
}

/** @param {App} app */
function saveSvg(app) {
  const { header, framing } = app.scene;
  const look = { palette: app.colours.palette, font: header.fonts.text, title: app.say("title", { framing }) };
  const epoch = app.parts.stage.dataset.epoch;
  offerFile(writeSvg(app.parts.svg, look), "image/svg+xml", `echoviz-${framing}-epoch-${epoch}-step-${app.view.step + 1}.svg`);
}

/** @param {App} app */
function saveHtml(app) {
  const { header, framing } = app.scene;
  const about = { language: header.language, title: app.say("title", { framing }), palette: app.colours.palette };
  offerFile(writePage(app.bytes, about), "text/html", `echoviz-${framing}.html`);
}

/** A moment of a run that is training now. @param {App} app @param {Uint8Array} bytes */
function followLive(app, bytes) {
  const live = readLive(bytes);
  if (live.key !== app.scene.header.key) return;
  const { grown } = app;
  if (live.epoch < grown.last) Object.assign(grown, { epochs: [], losses: [], last: 0 });
  if (live.loss !== null) {
    grown.epochs.push(live.epoch);
    grown.losses.push(live.loss);
  }
  grown.last = live.epoch;
  app.motion.stop();
  clearTimeout(app.silence);
  app.silence = setTimeout(() => app.show({ live: null }), LIVE_SILENCE_MS);
  app.show({ live: computeMoment(app.scene, live), phase: 1, step: app.scene.length - 1 });
  drawTracks(app);
  moveCursor(app.parts.epochTrack, 1);
}

/** New numbers or a new arrangement: what stays in view moves, the rest follows. @param {App} app @param {Uint8Array} bytes */
function changeScene(app, bytes) {
  const before = app.scene;
  const after = readScene(bytes);
  if (after.header.digest === before.header.digest) return;
  const view = { ...openView(after), panel: app.view.panel, speed: app.view.speed };
  const same = before.header.key === after.header.key;
  app.motion.stop();
  clearTimeout(app.silence);
  Object.assign(app, { scene: after, bytes, view, grown: { epochs: [], losses: [], last: 0 } });
  Object.assign(app.windows, same ? {} : { first: 0, outFirst: 0 });
  const fresh = after.header.provenance === "live" && after.header.ending === "finished";
  render(app, same ? 0 : after.header.durations.move);
  nameButtons(app);
  drawTracks(app);
  if (fresh) app.motion.replay();
  else render(app, 0);
}

/** @param {App} app @returns {() => void} */
function startApp(app) {
  const { stage, svg } = app.parts;
  const measure = () => {
    const width = boundWidth(svg.clientWidth || stage.clientWidth || 800);
    if (width === app.width) return;
    app.width = width;
    render(app, 0);
    drawTracks(app);
    render(app, 0);
  };
  const observer = new ResizeObserver(measure);
  observer.observe(stage);
  /** @param {Event} event */
  const hear = (event) => followLive(app, /** @type {CustomEvent<Uint8Array>} */ (event).detail);
  window.addEventListener("echoviz:live", hear);
  listenToDrawing(app);
  listenToTracks(app);
  listenToKeys(app);
  listenToButtons(app);
  nameButtons(app);
  measure();
  return () => {
    observer.disconnect();
    window.removeEventListener("echoviz:live", hear);
    clearTimeout(app.silence);
    app.motion.dispose();
  };
}

/** @type {WeakMap<object, () => void>} */
const endings = new WeakMap();

/**
 * Called for each new data or theme with the same parent: only the first call builds.
 * @param {import("./types.js").Component} component
 */
export default function mountStage(component) {
  const parent = component.parentElement;
  const known = apps.get(parent);
  if (!component.data) return () => {};
  if (known) {
    const { theme } = known;
    changeScene(known, component.data);
    readTheme(known);
    if (known.theme !== theme) {
      render(known, 0);
      drawTracks(known);
      render(known, 0);
    }
  } else {
    const app = createApp(component);
    apps.set(parent, app);
    readTheme(app);
    endings.set(parent, startApp(app));
  }
  return () => {
    endings.get(parent)?.();
    endings.delete(parent);
    apps.delete(parent);
  };
}
