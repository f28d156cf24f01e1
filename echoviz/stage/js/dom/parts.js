/** The stage's elements, built once: a line of words, two tracks and a few buttons, and the drawing below them. */

import { makeNode, makeSvg } from "./nodes.js";

/** @param {string} name @param {string} [extra] */
const makeButton = (name, extra = "") =>
  makeNode("button", { type: "button", class: `button ${extra}`, "data-do": name });

/** @param {string} kind */
const makeTrack = (kind) => makeNode("div", { class: `slider ${kind}`, role: "slider", tabindex: "0" });

/** @param {string} kind */
const makeLabel = (kind) => makeNode("span", { class: `label said-${kind}` });

/** A pattern for what is not known yet. */
function makeDefs() {
  const pattern = makeSvg("pattern", {
    id: "hatch",
    width: 6,
    height: 6,
    patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)",
  });
  pattern.append(makeSvg("rect", { width: 6, height: 6 }), makeSvg("rect", { width: 2, height: 6 }));
  const defs = makeSvg("defs");
  defs.append(pattern);
  return defs;
}

function buildButtons() {
  return {
    playSteps: makeButton("playSteps", "play"),
    back: makeButton("back"),
    next: makeButton("next"),
    playEpochs: makeButton("playEpochs", "play"),
    speed: makeButton("speed"),
    panel: makeButton("panel", "wide"),
    fewer: makeButton("fewer"),
    more: makeButton("more"),
    lowest: makeButton("lowest", "wide"),
    svg: makeButton("svg", "wide"),
    html: makeButton("html", "wide"),
    copy: makeButton("copy", "wide"),
  };
}

/** @param {ParentNode & Node} parent */
export function buildParts(parent) {
  const buttons = buildButtons();
  const [stepTrack, epochTrack] = [makeTrack("steps"), makeTrack("epochs")];
  const [stepLabel, epochLabel] = [makeLabel("steps"), makeLabel("epochs")];
  const [neurons, snapshots, unseen] = [makeNode("span"), makeNode("span"), makeNode("span")];
  const marks = makeNode("div", { class: "marks", role: "group" });
  const learned = makeNode("span", { class: "learned" });
  const pager = makeNode("span", { class: "pager" }, [buttons.fewer, buttons.more, neurons]);
  const bounds = makeNode("div", { class: "bounds" }, [pager, buttons.lowest, snapshots, unseen]);
  const said = makeNode("span", { role: "status" });
  const notice = makeNode("div", { class: "notice", hidden: "" }, [said, buttons.copy]);
  const caption = makeNode("p", { class: "caption", "aria-live": "polite", role: "status" });
  const svg = /** @type {SVGSVGElement} */ (makeSvg("svg", { class: "drawing", role: "group", tabindex: "0" }));
  svg.append(makeDefs());
  const shelf = makeNode("div", { class: "shelf", role: "group" });
  const bench = makeNode("section", { class: "bench", hidden: "" });
  const controls = makeNode("div", { class: "controls" }, [
    makeNode("div", { class: "buttons play-steps" }, [buttons.playSteps, buttons.back, buttons.next]),
    stepLabel,
    stepTrack,
    makeNode("div", { class: "tools look" }, [buttons.speed, buttons.panel]),
    makeNode("div", { class: "buttons play-epochs" }, [buttons.playEpochs]),
    makeNode("div", { class: "told-epochs" }, [epochLabel, learned]),
    makeNode("div", { class: "along" }, [epochTrack, marks]),
    makeNode("div", { class: "tools save" }, [buttons.svg, buttons.html]),
    bounds,
    notice,
    shelf,
  ]);
  const style = makeNode("style", {}, [STAGE_CSS]);
  const stage = makeNode("div", { class: "stage" }, [style, caption, controls, bench, svg]);
  (parent.querySelector(".echoviz-stage") ?? parent).append(stage);
  const tracks = { stepTrack, epochTrack, stepLabel, epochLabel, marks };
  const words = { caption, learned, neurons, snapshots, unseen, said };
  return { stage, svg, ...tracks, ...words, pager, bounds, notice, buttons, shelf, bench };
}

