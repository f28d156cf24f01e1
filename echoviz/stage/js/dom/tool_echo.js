/** Does it echo yours? Numbers are typed, dragged and rearranged; answer, target and error stand below each other. */

import { findMoment } from "../data/moments.js";
import { inputOf } from "../data/wiring.js";
import { ARRANGE, answerOwn, findEcho, judgeMoment, listArrangements, measureWork, tidy } from "../tools/echo.js";
import { readList } from "../tools/list.js";
import { formatCount, formatNumber } from "../words/numbers.js";
import { makeAnswers } from "./answers.js";
import { makeAction, makeLine, makeNumber } from "./fields.js";
import { makeNode, setAttributes, setButton, setText } from "./nodes.js";

/** @typedef {import("../types.js").App} App */
/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {ReturnType<typeof makeNumber>} NumberField */

/** What one pixel of a drag and one arrow key change. */
const BY_PIXEL = 0.01;
const BY_KEY = 0.05;
/** Up to so many multiplications all snapshots are looked at with each change; above that once it rests. */
const AT_ONCE = 2e6;
const REST_MS = 150;
const MANY = 64;

/** @type {Record<string, number>} */
const UPWARDS = { ArrowUp: 1, ArrowDown: -1 };
/** @type {Record<string, number>} */
const BESIDE = { ArrowRight: 1, ArrowLeft: -1 };

/** From one number that goes in to the next. @param {App} app @param {number} lane */
function moveOn(app, lane) {
  app.step(lane);
  const next = app.parts.svg.querySelector(`[data-hit="x"][data-lane="${app.view.step}"]`);
  if (next instanceof SVGElement) next.focus({ preventScroll: true });
  return true;
}

/** @param {App} app @param {number} input @param {number} value @param {boolean} goesOn */
function putNumber(app, input, value, goesOn) {
  const x = [...app.scene.header.x];
  x[input] = tidy(value);
  app.change({ own: x }, goesOn);
}

/** @type {import("../types.js").Tool} */
export const echoTool = {
  name: "echo",
  grip: "x",
  build,
  seize(app, { hit, lane }) {
    if (hit !== "x" || lane === null) return null;
    const { input } = app.scene.header.lanes[lane];
    const from = app.scene.header.x[input];
    let goesOn = false;
    return (up) => {
      putNumber(app, input, from + up * BY_PIXEL, goesOn);
      goesOn = true;
    };
  },
  key(app, key, hit) {
    if (hit?.hit !== "x" || hit.lane === null) return false;
    const { lane } = hit;
    if (key in BESIDE) return moveOn(app, lane + BESIDE[key]);
    if (!(key in UPWARDS)) return false;
    putNumber(app, app.scene.header.lanes[lane].input, inputOf(app.scene, lane) + UPWARDS[key] * BY_KEY, false);
    return true;
  },
};

/** @param {App} app @returns {import("../types.js").Bench} */
function build(app) {
  const { say } = app;
  const verdict = makeLine("verdict");
  const list = buildList(app);
  const numbers = buildNumbers(app);
  const echo = buildEcho(app);
  const many = makeAction("train_many", say("train_many", { count: MANY }), () => trainMany(app));
  many.toggleAttribute("hidden", !app.ask || app.given.header.sequences > 1);
  const actions = makeNode("div", { class: "row" }, [...buildArrangements(app), list.root]);
  const buttons = makeNode("div", { class: "row" }, [echo.root, many]);
  const said = makeNode("div", { class: "grow said" }, [verdict.root, buttons]);
  const beside = makeNode("div", { class: "row" }, [numbers.root, said]);
  const root = makeNode("div", { class: "bench-body" }, [actions, list.wrong.root, beside]);
  return {
    root,
    dispose: () => echo.dispose(),
    render(pic) {
      const kept = pic.view.live ? undefined : findMoment(app.given, pic.view.epochIndex);
      const judged = judgeMoment(app.given, pic.scene, pic.moment, kept);
      const { error = 0, ownError = 0, share = 0 } = judged ?? {};
      const values = { error: formatNumber(error), own: formatNumber(ownError), share: Math.round(share * 100) };
      verdict.say(judged ? say(`verdict_${judged.verdict}`, values) : say("pending"));
      const isQuick = pic.view.live !== null || app.motion.playing() !== null;
      setAttributes(verdict.root, { "aria-live": isQuick ? "off" : "polite" });
      setAttributes(verdict.root, { "data-verdict": judged?.verdict ?? "", "data-error": error });
      many.toggleAttribute("hidden", !app.ask || app.given.header.sequences > 1 || !pic.moment.trace);
      list.render(pic.scene.header.x);
      numbers.render(pic);
      echo.render(pic);
    },
  };
}

/** @param {App} app */
function buildArrangements(app) {
  const { say } = app;
  const buttons = listArrangements(app.given.header).map((name) =>
    makeAction(name, say(`arrange_${name}`), () => app.change({ own: ARRANGE[name](app.scene.header.x).map(tidy) })),
  );
  return [...buttons, makeAction("original", say("arrange_original"), () => app.change({ own: null }))];
}

/** All numbers in one field; what is wrong is said, and stays to be mended. @param {App} app */
function buildList(app) {
  const { say } = app;
  const wrong = makeLine("wrong");
  const field = makeNode("textarea", { rows: "1", class: "list", "aria-label": say("list"), title: say("list_hint") });
  const use = () => {
    const read = readList(field.value, app.given.header);
    const isWrong = "wrong" in read;
    setAttributes(field, { "aria-invalid": isWrong });
    wrong.say(isWrong ? say(read.wrong, read.values) : "");
    if (isWrong) return;
    const own = read.numbers.map(tidy);
    const isNew = String(own) !== String(app.scene.header.x.map(tidy)); // leaving the field after Enter tells it again
    if (isNew) app.change({ own });
  };
  field.addEventListener("change", use);
  field.addEventListener("paste", () => setTimeout(use, 0));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    use();
  });
  let told = "";
  return {
    root: makeNode("label", { class: "field grow" }, [makeNode("span", {}, [say("list")]), field]),
    wrong,
    /** @param {number[]} x */
    render(x) {
      const said = x.map((value) => String(tidy(value))).join(" ");
      if (said === told) return;
      told = field.value = said;
      setAttributes(field, { "aria-invalid": false });
      wrong.say("");
    },
  };
}

/** Yours, target, answer and error, one column for each timestep. @param {App} app */
function buildNumbers(app) {
  const { say } = app;
  const table = makeAnswers(
    say("table"),
    (at) => say(`${app.scene.unit}_short`, { number: at + 1 }),
    (at) => app.step(at),
  );
  /** @type {NumberField[]} */
  let fields = [];
  /** @type {HTMLElement[]} */
  let cells = [];
  const fit = () => {
    const { lanes, x } = app.scene.header;
    if (cells.length === lanes.length) return;
    fields = x.map((_, input) =>
      makeNumber(say("yours_at", { number: input + 1 }), {
        by: BY_KEY,
        use: (value, goesOn) => putNumber(app, input, value, goesOn),
      }),
    );
    cells = lanes.map((_, at) => fields[at]?.field ?? makeNode("span"));
  };
  return {
    root: table.root,
    /** @param {Picture} pic */
    render({ scene, moment, view }) {
      fit();
      const { targets, lanes, x } = scene.header;
      for (const [at, { input }] of lanes.entries()) {
        if (at < fields.length) fields[at].render(x[at]);
        else setText(cells[at], formatNumber(x[input])); // a copy
      }
      const y = moment.trace?.y ?? new Float64Array(lanes.length);
      const known = moment.trace !== null;
      table.render(lanes.length, view.step, [
        { key: "yours", label: say("row_yours"), cells },
        { key: "target", label: say("row_target"), values: targets },
        { key: "answer", label: say("row_answer"), values: y, known },
        { key: "error", label: say("row_error"), values: y.map((value, at) => Math.abs(value - targets[at])), known },
        ...earlierRow(app, lanes.length),
      ]);
    },
  };
}

/** What the model before answers to the same numbers. @param {App} app @param {number} count */
function earlierRow({ earlier, view, given, say }, count) {
  if (!earlier || earlier.scene.header.key === given.header.key) return [];
  const values = answerOwn(earlier.scene, earlier.flat, view.changes.own);
  return values.length === count ? [{ key: "earlier", label: say("row_earlier"), values }] : [];
}

/** From which epoch on it echoes; a press goes there. @param {App} app */
function buildEcho(app) {
  const { say } = app;
  /** @type {number | null} */
  let epoch = null;
  let [timer, seen] = [0, /** @type {object | null} */ (null)];
  const root = makeAction("echo_from", "", () => epoch !== null && app.lookAtEpoch(epoch));
  const look = () => {
    epoch = findEcho(app.scene);
    setAttributes(root, { "data-from": epoch ?? "" });
    root.toggleAttribute("disabled", epoch === null);
    setButton(root, epoch === null ? say("echo_never") : say("echo_from", { epoch: formatCount(epoch) }));
  };
  return {
    root,
    dispose: () => clearTimeout(timer),
    /** @param {Picture} pic */
    render({ scene, view }) {
      const isOver = scene.header.snapshotEpochs.length > 1 && !view.live;
      root.toggleAttribute("hidden", !isOver);
      if (!isOver || seen === scene) return;
      seen = scene;
      clearTimeout(timer);
      if (measureWork(scene) <= AT_ONCE) look();
      else timer = setTimeout(look, REST_MS);
    },
  };
}

/** The same settings on many sequences; the model that is drawn now stays beside it. @param {App} app */
function trainMany(app) {
  const { given, view } = app;
  const last = given.header.snapshotEpochs.length - 1;
  const flat = view.live?.flat ?? given.weights.subarray(last * given.size, (last + 1) * given.size);
  app.earlier = { scene: given, flat };
  app.ask?.("train_many");
}
