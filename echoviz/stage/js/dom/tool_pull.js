/** Pull a weight: by dragging it in the drawing, by a slider, by typing; the loss is drawn beside it. */

import { canUnglue } from "../data/changes.js";
import { traceLoss } from "../draw/losscurve.js";
import { headStart, nameWeight } from "../tools/places.js";
import { computeLoss, findLoss, findReach, pickWeight, pullOne, takeApart, valueOf } from "../tools/pull.js";
import { formatLoss, formatNumber } from "../words/numbers.js";
import { makeAnswers } from "./answers.js";
import { makeAction, makeNumber } from "./fields.js";
import { makeNode, makeSvg, setAttributes, setButton, setText } from "./nodes.js";
import { makePlace } from "./place.js";

/** @typedef {import("../types.js").App} App */
/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {import("../tools/pull.js").Picked} Picked */

const BY_PIXEL = 0.01;
const BY_KEY = 0.05;
const CURVE = { width: 220, height: 84 };

/** @param {App} app @param {Picked} picked */
const pick = (app, picked) => app.show({ picked });

/** @type {import("../types.js").Tool} */
export const pullTool = {
  name: "pull",
  grip: "w",
  build,
  press(app, hit) {
    const picked = pickWeight(app.scene, app.given.header, hit);
    if (picked) pick(app, picked);
    return hit.hit === "term";
  },
  seize(app, hit) {
    const picked = pickWeight(app.scene, app.given.header, hit);
    if (!picked) return null;
    const from = valueOf(momentOf(app), app.view.changes, picked);
    let goesOn = false;
    return (up) => {
      pull(app, picked, from + up * BY_PIXEL, goesOn);
      goesOn = true;
    };
  },
  key(app, key, hit) {
    const way = key === "+" || key === "=" ? 1 : key === "-" ? -1 : 0;
    const picked = way && hit ? pickWeight(app.scene, app.given.header, hit) : null;
    if (!picked) return false;
    pull(app, picked, valueOf(momentOf(app), app.view.changes, picked) + way * BY_KEY, false);
    return true;
  },
};

/** The trained row that is drawn now. @param {App} app */
function momentOf({ view, given }) {
  const index = view.epochIndex;
  return { flat: view.live?.flat ?? given.weights.subarray(index * given.size, (index + 1) * given.size) };
}

/** The weight in hand: what was picked, or at first one of Dense. @param {App} app @returns {Picked} */
function pickedOf({ view, given }) {
  const { pulled, unglued } = view.changes;
  const start = headStart(given.header);
  const [last] = pulled.slice(-1);
  const { at, step } = view.picked ?? last ?? { at: start, step: null };
  return { at, step: unglued && at >= start ? (step ?? view.step) : null };
}

/** @param {App} app @param {Picked} picked @param {number} value @param {boolean} goesOn */
function pull(app, picked, value, goesOn) {
  app.view.picked = picked;
  app.change({ pulled: pullOne(app.view.changes, picked, value) }, goesOn);
}

/** @param {App} app @returns {import("../types.js").Bench} */
function build(app) {
  const { say } = app;
  const place = makePlace(app, () => pickedOf(app), (picked) => pick(app, picked));
  const value = buildValue(app);
  const curve = buildCurve(app);
  const table = makeAnswers(
    say("table"),
    (at) => say(`${app.scene.unit}_short`, { number: at + 1 }),
    (at) => app.step(at),
  );
  const left = makeNode("div", { class: "grow" }, [place.root, value.root, table.root]);
  const root = makeNode("div", { class: "bench-body row" }, [left, curve.root]);
  return {
    root,
    render(pic) {
      const picked = pickedOf(app);
      place.render(picked);
      value.render(pic, picked);
      curve.render(pic, picked);
      const { trace, was } = pic.moment;
      const y = trace?.y ?? new Float64Array(pic.scene.length);
      table.render(pic.scene.length, pic.view.step, [
        { key: "target", label: say("row_target"), values: pic.scene.header.targets },
        { key: "answer", label: say("row_answer"), values: y, known: trace !== null },
        { key: "was", label: say("row_was"), values: was?.trace?.y ?? y, known: trace !== null },
      ]);
    },
  };
}

/** The weight itself, and whether the head's come apart. @param {App} app */
function buildValue(app) {
  const { say } = app;
  const slider = makeNode("input", { type: "range", step: "0.01", class: "grow", "aria-label": say("weight_value") });
  let goesOn = false;
  slider.addEventListener("input", () => {
    pull(app, pickedOf(app), Number(slider.value), goesOn);
    goesOn = true;
  });
  for (const name of ["pointerdown", "keydown"]) slider.addEventListener(name, () => (goesOn = false));
  const use = (/** @type {number} */ value, /** @type {boolean} */ more) => pull(app, pickedOf(app), value, more);
  const number = makeNumber(say("weight_value"), { by: BY_KEY, use });
  const name = makeNode("strong", { class: "weight-name" });
  const was = makeNode("span", { class: "was" });
  const glue = makeAction("unglue", "", () => toggleGlue(app));
  return {
    root: makeNode("div", { class: "row" }, [name, number.field, was, slider, glue]),
    /** @param {Picture} pic @param {Picked} picked */
    render({ moment }, picked) {
      const { header } = app.given;
      const [trained, value] = [moment.flat?.[picked.at] ?? 0, valueOf(moment, app.view.changes, picked)];
      setText(name, nameWeight(header, picked));
      setText(was, say("weight_was", { value: formatNumber(trained) }));
      const reach = findReach(trained, value);
      setAttributes(slider, { min: reach.low.toFixed(2), max: reach.high.toFixed(2) });
      slider.value = String(value);
      number.render(Number(value.toFixed(4)));
      setAttributes(number.field, { "data-value": value, "data-was": trained });
      const isHead = picked.at >= headStart(header);
      glue.toggleAttribute("hidden", !canUnglue(header) || !isHead);
      setButton(glue, say(app.view.changes.unglued ? "glue" : "unglue"), say("unglue_hint"));
      setAttributes(glue, { "aria-pressed": app.view.changes.unglued });
    },
  };
}

/** Each timestep gets a copy of the head's weights, or they are one again. @param {App} app */
function toggleGlue(app) {
  const { view, scene, given } = app;
  const { pulled, unglued } = view.changes;
  const picked = pickedOf(app);
  view.picked = { at: picked.at, step: unglued ? null : view.step };
  const apart = takeApart(given.header, pulled, scene.length);
  app.change({ unglued: !unglued, pulled: unglued ? pulled.filter(({ step }) => step === null) : apart });
}

/** The loss over the values of the weight, and where it stands now. @param {App} app */
function buildCurve(app) {
  const { say } = app;
  const svg = makeSvg("svg", { class: "loss-curve", viewBox: `0 0 ${CURVE.width} ${CURVE.height}`, role: "img" });
  const [path, mark] = [makeSvg("path", { fill: "none" }), makeSvg("circle", { r: 5 })];
  const ends = [makeSvg("text", { x: 2, y: CURVE.height - 2 }), makeSvg("text", { x: CURVE.width - 2 })];
  setAttributes(ends[1], { y: CURVE.height - 2, "text-anchor": "end" });
  svg.append(path, mark, ...ends);
  const said = makeNode("p", { class: "loss-said" });
  return {
    root: makeNode("div", { class: "curve" }, [said, svg]),
    /** @param {Picture} pic @param {Picked} picked */
    render({ scene, moment, view }, picked) {
      svg.toggleAttribute("hidden", !moment.flat);
      if (!moment.flat || !moment.trace) return;
      const followed = findLoss(scene, moment.flat, view.changes, picked);
      const drawn = traceLoss(followed, CURVE);
      const loss = computeLoss(scene, moment.trace.y);
      const was = computeLoss(scene, (moment.was ?? moment).trace?.y ?? []);
      setAttributes(path, { d: drawn.path });
      setAttributes(mark, { cx: drawn.x, cy: drawn.y });
      setText(/** @type {never} */ (ends[0]), formatNumber(drawn.low));
      setText(/** @type {never} */ (ends[1]), formatNumber(drawn.high));
      const words = say("loss_now", { loss: formatLoss(loss), was: formatLoss(was) });
      setText(said, words);
      setAttributes(svg, { "aria-label": words, "data-loss": loss });
    },
  };
}
