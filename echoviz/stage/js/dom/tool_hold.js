/** Hold a gate: which one, of which neuron, at which timestep, and where. */

import { HELD_AT, HELD_GATES } from "../data/holding.js";
import { addHold, dropHold, measureChange, pickGate } from "../tools/hold.js";
import { formatNumber } from "../words/numbers.js";
import { makeAnswers } from "./answers.js";
import { makeAction, makeChoice, makeLine, makeSelect } from "./fields.js";
import { makeNode, setAttributes } from "./nodes.js";

/** @typedef {import("../types.js").App} App */
/** @typedef {import("../types.js").Hold} Hold */
/** @typedef {Pick<Hold, "gate" | "neuron" | "lane">} Place */

const ALL = "all";
/** The gate that is asked for next. @type {WeakMap<App, Place>} */
const places = new WeakMap();
/** @type {Place} */
const BEGINNING = { gate: "f", neuron: null, lane: null };

/** @param {App} app */
const placeOf = (app) => places.get(app) ?? BEGINNING;

/** @type {import("../types.js").Tool} */
export const holdTool = {
  name: "hold",
  grip: "gate",
  build,
  press(app, hit) {
    const place = pickGate(hit);
    if (place) choose(app, place);
    return hit.hit === "gate";
  },
};

/** @param {App} app @param {Partial<Place>} part */
function choose(app, part) {
  places.set(app, { ...placeOf(app), ...part });
  app.show({});
}

/** @param {App} app @returns {import("../types.js").Bench} */
function build(app) {
  const { say } = app;
  const place = buildPlace(app);
  const list = makeNode("ul", { class: "held" });
  const told = makeLine("verdict");
  const table = makeAnswers(
    say("table"),
    (at) => say(`${app.scene.unit}_short`, { number: at + 1 }),
    (at) => app.step(at),
  );
  const said = makeNode("div", { class: "grow said" }, [told.root, list]);
  const beside = makeNode("div", { class: "row" }, [table.root, said]);
  let shown = "";
  return {
    root: makeNode("div", { class: "bench-body" }, [place.root, beside]),
    dispose: () => places.delete(app),
    render({ scene, moment, view }) {
      place.render();
      const { held } = view.changes;
      if (shown !== JSON.stringify(held)) list.replaceChildren(...held.map((hold) => buildHold(app, hold)));
      shown = JSON.stringify(held);
      const [last] = held.slice(-1);
      const most = formatNumber(measureChange(moment));
      const isIdle = last?.gate === "f" && scene.header.lanes.every(({ fresh }) => fresh);
      const effect = last && say(isIdle ? "held_fresh" : `held_${last.gate}_${last.at}`);
      told.say(last ? `${effect} ${say("held_most", { most })}` : say("held_none"));
      const y = moment.trace?.y ?? new Float64Array(scene.length);
      const known = moment.trace !== null;
      table.render(scene.length, view.step, [
        { key: "target", label: say("row_target"), values: scene.header.targets },
        { key: "answer", label: say("row_answer"), values: y, known },
        { key: "was", label: say("row_was"), values: moment.was?.trace?.y ?? y, known },
      ]);
    },
  };
}

/** Gate, neuron, timestep; and a press holds it at 0, 1 or its mean. @param {App} app */
function buildPlace(app) {
  const { say } = app;
  /** @param {string} value */
  const read = (value) => (value === ALL ? null : Number(value));
  const gate = makeChoice(
    say("hold_gate"),
    HELD_GATES.map((name) => [name, name]),
    (value) => choose(app, { gate: /** @type {Hold["gate"]} */ (value) }),
  );
  const neuron = makeSelect("neuron", say("hold_neuron"), (value) => choose(app, { neuron: read(value) }));
  const lane = makeSelect("lane", say(`axis_${app.scene.unit}`), (value) => choose(app, { lane: read(value) }));
  const at = makeChoice(
    say("hold_at"),
    HELD_AT.map((name) => [name, name === "mean" ? say("hold_mean") : name]),
    (value) => {
      const hold = { ...placeOf(app), at: /** @type {Hold["at"]} */ (value) };
      app.change({ held: addHold(app.view.changes.held, hold) });
    },
  );
  /** @param {number} count @returns {[string, string][]} */
  const list = (count) => [
    [ALL, say("hold_all")],
    ...[...Array(count).keys()].map((each) => /** @type {[string, string]} */ ([String(each), String(each + 1)])),
  ];
  return {
    root: makeNode("div", { class: "row" }, [gate.root, neuron.root, lane.root, at.root]),
    render() {
      const chosen = placeOf(app);
      const { neurons, length } = app.scene;
      const held = app.view.changes.held.find(
        (hold) => hold.gate === chosen.gate && hold.neuron === chosen.neuron && hold.lane === chosen.lane,
      );
      gate.render(chosen.gate);
      neuron.render(list(neurons), chosen.neuron === null ? ALL : String(chosen.neuron));
      lane.render(list(length), chosen.lane === null ? ALL : String(chosen.lane));
      at.render(held?.at ?? null);
    },
  };
}

/** One gate that is held; a press lets it go. @param {App} app @param {Hold} hold */
function buildHold(app, hold) {
  const { say } = app;
  const neuron = hold.neuron === null ? say("hold_all") : hold.neuron + 1;
  const lane = hold.lane === null ? say("hold_all") : hold.lane + 1;
  const at = hold.at === "mean" ? say("hold_mean") : hold.at;
  const unit = say(`axis_${app.scene.unit}`);
  const said = say("hold_said", { gate: hold.gate, neuron, lane, at, unit });
  const free = makeAction("let_go", `${said}  ✕`, () =>
    app.change({ held: dropHold(app.view.changes.held, hold) }),
  );
  setAttributes(free, { "aria-label": say("hold_let_go", { said }) });
  return makeNode("li", {}, [free]);
}
