/** The lanes: what comes in, the LSTM's hidden state, what comes out. Every cell is a number. */

import { inputOf, isBlock, isPassedOn, locate, owedInput } from "../data/wiring.js";
import { chosenPlace, isAnswerLit, isHiddenKnown, isOutputKnown, isUseLit } from "../state/view.js";
import { writeTarget } from "../words/sentences.js";
import { makeCell, makeRect, makeText } from "./items.js";
import { boxLeft, entryBox, hiddenMiddle, hiddenTop, inputBox, outputMiddle, shownLanes } from "./layout.js";

/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {import("../types.js").Item} Item */

/** @param {Picture} pic @returns {Item[]} */
export function drawLanes(pic) {
  return [
    ...drawSheets(pic),
    ...shownLanes(pic.geo).flatMap((lane) => [...drawBox(pic, lane), ...drawHidden(pic, lane)]),
    ...drawInputs(pic),
    ...shownLanes(pic.geo, pic.geo.outFirst).flatMap((place) => drawOutput(pic, place)),
  ];
}

/** One sheet for each sample: nothing flows from sheet to sheet. @param {Picture} pic @returns {Item[]} */
function drawSheets({ scene, geo, colours, say }) {
  const { palette } = colours;
  const single = scene.unit === "sample";
  const top = geo.rows.header - 6;
  const height = geo.rows.lstm + geo.boxH + 8 - top;
  const lanes = single ? shownLanes(geo) : [geo.first];
  return lanes.flatMap((lane) => {
    const sample = single ? lane : 0;
    const x = geo.lanesLeft + (single ? (lane - geo.first) * geo.pitch : 0) + 2;
    const w = (single ? geo.pitch : geo.pitch * geo.count) - 4;
    const a = { fill: palette.surface, stroke: palette.line, rx: 8 };
    const short = geo.pitch < 84 && single;
    const said = say(short ? "sample_short" : "sample_number", { number: sample + 1 });
    return [
      makeRect(`sheet-${sample}`, "sheets", { x, y: top, w, h: height }, a),
      makeText(`sheet-name-${sample}`, x + 8, top + 16, said, { fill: palette.ink_soft }),
    ];
  });
}

/** @param {Picture} pic @param {number} lane @returns {Item[]} */
function drawBox({ scene, view, geo, colours, say }, lane) {
  const { palette } = colours;
  const here = lane === view.step;
  const x = boxLeft(geo, lane);
  const single = scene.unit === "sample";
  const busy = here && view.phase > 0.2 && view.phase < 0.45;
  const roomy = geo.boxW >= 92;
  const at = single ? 1 : lane + 1;
  const bottom = geo.rows.lstm + geo.boxH;
  const frame = {
    rx: 7,
    fill: palette.background,
    stroke: here ? palette.accent : palette.state,
    "stroke-width": here ? 2.5 : 1.2,
    ...(busy ? { "stroke-dasharray": "5 3" } : {}),
  };
  const name = {
    "text-anchor": "middle",
    fill: here ? palette.accent : palette.ink_soft,
    "font-weight": here ? 700 : 400,
  };
  const said = say(roomy ? "timestep_number" : "timestep_short", { number: at });
  const label = say("box_label", { number: at });
  const box = { x, y: geo.rows.lstm, w: geo.boxW, h: geo.boxH };
  return [
    makeRect(`box-${lane}`, "sheets", box, { ...frame, "aria-label": label }, { hit: "box", lane }),
    makeText(`box-name-${lane}`, x + geo.boxW / 2, bottom - 8, said, name, 11.5),
    ...(roomy ? [makeHead(geo, colours, "c", lane, x + 6 + geo.carryW / 2)] : []),
    makeHead(geo, colours, "h", lane, hiddenMiddle(geo, lane)),
  ];
}

/**
 * @param {import("../types.js").Geometry} geo
 * @param {import("../types.js").Colours} colours
 * @param {string} name
 * @param {number} lane
 * @param {number} middle
 */
function makeHead(geo, { palette }, name, lane, middle) {
  const a = { "text-anchor": "middle", fill: palette.state, "font-style": "italic", "font-weight": 700 };
  return makeText(`head-${name}-${lane}`, middle, geo.rows.lstm + 13, name, a);
}

/**
 * Cell state (the narrow column) and hidden state of one lane.
 * @param {Picture} pic
 * @param {number} lane
 * @returns {Item[]}
 */
function drawHidden(pic, lane) {
  const { scene, view, geo, moment } = pic;
  const known = isHiddenKnown(view, lane);
  const faded = !isPassedOn(scene, lane) && lane < view.step;
  const left = boxLeft(geo, lane) + (geo.carryW > 8 ? 6 : 3);
  return geo.neurons.flatMap((neuron, row) => {
    const at = lane * scene.neurons + neuron;
    const y = hiddenTop(geo, row);
    const d = { lane, neuron, ...locate(scene, lane) };
    const h = geo.cellH;
    return [
      makeCell(
        pic,
        `c-${lane}-${neuron}`,
        { x: left, y, w: geo.carryW, h },
        {
          value: moment.trace ? moment.trace.c[at] : null,
          was: moment.was?.trace?.c[at],
          known,
          faded,
          numbers: geo.numbers && geo.carryW > 30,
          d: { name: "c", hit: "box", ...d },
        },
      ),
      makeCell(
        pic,
        `h-${lane}-${neuron}`,
        { x: hiddenMiddle(geo, lane) - geo.cellW / 2, y, w: geo.cellW, h },
        {
          value: moment.trace ? moment.trace.h[at] : null,
          was: moment.was?.trace?.h[at],
          known,
          faded,
          numbers: geo.numbers && geo.cellW > 30,
          lit: isUseLit(scene, view, lane, neuron),
          d: { name: "h", hit: "h", ...d },
        },
      ),
    ];
  });
}

/** The numbers of X, and below each lane a copy where only one goes in. @param {Picture} pic @returns {Item[]} */
function drawInputs(pic) {
  const { scene, geo } = pic;
  if (!scene.repeats) return shownLanes(geo).map((lane) => drawInput(pic, lane));
  const copies = shownLanes(geo).map((lane) =>
    makeCell(pic, `copy-${lane}`, entryBox(geo, lane), {
      value: inputOf(scene, lane),
      lit: lane === pic.view.step,
      faded: true,
      d: { name: "copy", hit: "x", lane, ...locate(scene, lane), feature: 0 },
    }),
  );
  return [drawInput(pic, 0), ...copies];
}

/** @param {Picture} pic @param {number} input @returns {Item} */
function drawInput(pic, input) {
  const { scene, view, geo, colours } = pic;
  const { lanes, x, xBefore } = scene.header;
  const owed = owedInput(scene, chosenPlace(pic)) === input;
  const place = scene.repeats ? { hit: "x", lane: 0, sample: 0 } : { hit: "x", lane: input, ...locate(scene, input) };
  const cell = makeCell(pic, `x-${input}`, inputBox(geo, scene, input), {
    value: x[input],
    was: xBefore?.[input],
    lit: lanes[view.step].input === input,
    d: { name: "x", ...place, feature: 0 },
  });
  const frame = { stroke: colours.palette.target, "stroke-width": 2, "stroke-dasharray": "3 2" };
  return owed ? { ...cell, a: { ...cell.a, ...frame }, d: { ...cell.d, owed: "true" } } : cell;
}

/** An answer with its target above it. @param {Picture} pic @param {number} place @returns {Item[]} */
function drawOutput(pic, place) {
  const { scene, view, geo, moment, colours, say } = pic;
  const { palette } = colours;
  const middle = outputMiddle(geo, place);
  const w = Math.max(geo.cellW, 44);
  const late = writeTarget(scene, place);
  const target = geo.narrow ? late.replaceAll(" ", "") : late;
  const weight = place === chosenPlace(pic) && isBlock(scene) ? 700 : 400;
  const look = { "text-anchor": "middle", fill: palette.target, "font-weight": weight };
  const { lane, column } = scene.header.answers[place];
  const where = lane === null ? { sample: 0, output: column } : locate(scene, lane);
  return [
    makeCell(
      pic,
      `y-${place}`,
      { x: middle - w / 2, y: geo.rows.y, w, h: geo.yH },
      {
        value: moment.trace ? moment.trace.y[place] : null,
        was: moment.was?.trace?.y[place],
        known: isOutputKnown(scene, view, place),
        lit: isAnswerLit(scene, view, place),
        d: { name: "y", hit: "y", place, ...where },
        size: 13,
      },
    ),
    makeText(
      `target-${place}`,
      middle,
      geo.rows.y - 5,
      geo.pitch >= 100 && !scene.header.delay ? say("target_is", { target }) : target,
      look,
      11.5,
    ),
  ];
}
