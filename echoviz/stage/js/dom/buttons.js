/** What the buttons do. */

import { neuronCap } from "../draw/layout.js";
import { offerFile, writePage, writeSvg } from "./export.js";

/** @typedef {import("../types.js").App} App */

const SPEEDS = [0.5, 1, 2, 4];

/** @param {App} app */
export function listenToButtons(app) {
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
      if (!name.startsWith("play")) app.motion.stop();
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
  offerFile(
    writeSvg(app.parts.svg, look),
    "image/svg+xml",
    `echoviz-${framing}-epoch-${epoch}-step-${app.view.step + 1}.svg`,
  );
}

/** @param {App} app */
function saveHtml(app) {
  const { header, framing } = app.scene;
  const about = { language: header.language, title: app.say("title", { framing }), palette: app.colours.palette };
  offerFile(writePage(app.bytes, about), "text/html", `echoviz-${framing}.html`);
}
