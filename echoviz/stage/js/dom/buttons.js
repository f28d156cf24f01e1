/** What the buttons do. */

import { neuronCap } from "../state/view.js";
import { writePage, writeSvg } from "./export.js";
import { copyOffered, offer } from "./offer.js";

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
    panel: () => app.show({ panel: app.view.panel === "cell" ? "sum" : "cell" }),
    fewer: () => turnPage(app, -1),
    more: () => turnPage(app, 1),
    lowest: () => app.lookAtEpoch(app.scene.header.lowest?.epoch ?? 0),
    svg: () => offer(app, takeSvg(app)),
    html: () => offer(app, takeHtml(app)),
    copy: () => copyOffered(app),
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
const titleOf = ({ say, scene }) => say("title", { framing: say(`name_${scene.header.words.framing}`) });

/** This moment as a picture. @param {App} app @returns {import("./offer.js").Offered} */
function takeSvg(app) {
  const { header } = app.scene;
  const look = { palette: app.colours.palette, font: header.fonts.text, title: titleOf(app) };
  const moment = `epoch-${app.parts.stage.dataset.epoch}-step-${app.view.step + 1}`;
  return {
    text: writeSvg(app.parts.svg, look),
    type: "image/svg+xml",
    name: `echoviz-${header.words.framing}-${moment}.svg`,
  };
}

/** The whole run as a page. @param {App} app @returns {import("./offer.js").Offered} */
function takeHtml(app) {
  const { header } = app.scene;
  const about = { language: header.language, title: titleOf(app), palette: app.colours.palette };
  return { text: writePage(app.bytes, about), type: "text/html", name: `echoviz-${header.words.framing}.html` };
}
