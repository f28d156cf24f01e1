/** The lanes: what comes in, the LSTM's hidden state, what comes out. Every cell is a number. */

import { makeRect, makeText } from "./items.js";
import { formatNumber } from "./words.js";
import { boxLeft, hiddenMiddle, hiddenTop, inputBox, outputMiddle, shownLanes } from "./layout.js";
import { isFresh, isHiddenKnown, isOutputKnown, isPassedOn, isUseLit, locate } from "./view.js";

/** What is left behind keeps its hue, at this share of its strength: soft letters still read on it. */
const PALE = 0.2;
/** The same where no letters stand on it. */
const PALE_ALONE = 0.45;
/** From this width on a cell takes larger digits. */
const ROOMY = 42;
/** Between two cells. */
const GAP = 1.5;

/** @typedef {import("./types.js").Picture} Picture */
/** @typedef {import("./types.js").Item} Item */

/**
 * A cell that shows a number, or that it is not there yet.
 * @param {Picture} pic
 * @param {string} k
 * @param {import("./types.js").Box} box
 * @param {{ value: number | null, known?: boolean, numbers?: boolean, lit?: boolean, faded?: boolean, layer?: string,
 *   d?: Record<string, string | number>, label?: string, size?: number }} how
 * @returns {Item}
 */
export function makeCell(pic, k, box, how) {
  const { palette } = pic.colours;
  const { value, known = true, lit = false } = how;
  const d = { ...how.d, ...(known && value !== null ? { value } : {}) };
  const a = { ...fillCell(pic, how), ...(lit ? { stroke: palette.accent, "stroke-width": 2.5 } : {}) };
  const said = known && how.numbers !== false ? writeValue(value) : "";
  const ink = value === null || how.faded ? palette.ink_soft : pic.colours.ink(value);
  const size = how.size ?? (box.w >= ROOMY ? 12.5 : 11.5);
  const inner = { x: box.x + GAP / 2, y: box.y + GAP / 2, w: box.w - GAP, h: box.h - GAP };
  return {
    k,
    layer: how.layer ?? "cells",
    kind: "cell",
    ...inner,
    a,
    s: said,
    d,
    ink,
    size,
  };
}

/** @param {number | null} value */
function writeValue(value) {
  return value === null ? "?" : formatNumber(value);
}

/**
 * Empty before it is computed, hatched while nobody knows it, pale once it is left behind.
 * @param {Picture} pic
 * @param {{ value: number | null, known?: boolean, faded?: boolean, numbers?: boolean }} how
 * @returns {Record<string, string | number>}
 */
function fillCell({ colours, scene }, { value, known = true, faded = false, numbers = true }) {
  const { palette, fill } = colours;
  if (!known) return { fill: palette.background, stroke: palette.line, "stroke-width": 1 };
  if (value === null) return { fill: "url(#hatch)", stroke: palette.line, "stroke-width": 1 };
  const limit = scene.header.valueLimit;
  const shown = faded ? Math.max(-limit, Math.min(limit, value)) * (numbers ? PALE : PALE_ALONE) : value;
  return { fill: fill(shown) };
}

/** @param {Picture} pic @returns {Item[]} */
export function drawLanes(pic) {
  return [
    ...drawSheets(pic),
    ...shownLanes(pic.geo).flatMap((lane) => [...drawBox(pic, lane), ...drawHidden(pic, lane), drawInput(pic, lane)]),
    ...shownLanes(pic.geo, pic.geo.outFirst).flatMap((place) => drawOutput(pic, place)),
  ];
}

/** One sheet for each sample: nothing flows from sheet to sheet. @param {Picture} pic @returns {Item[]} */
function drawSheets({ scene, geo, colours, say }) {
  const { palette } = colours;
  const single = scene.framing === "one-to-one";
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
      { k: `sheet-${sample}`, layer: "sheets", kind: "rect", x, y: top, w, h: height, a },
      {
        k: `sheet-name-${sample}`,
        layer: "words",
        kind: "text",
        x: x + 8,
        y: top + 16,
        s: said,
        size: 12,
        a: { fill: palette.ink_soft },
      },
    ];
  });
}

/** @param {Picture} pic @param {number} lane @returns {Item[]} */
function drawBox({ scene, view, geo, colours, say }, lane) {
  const { palette } = colours;
  const here = lane === view.step;
  const x = boxLeft(geo, lane);
  const single = scene.framing === "one-to-one";
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
 * @param {import("./types.js").Geometry} geo
 * @param {import("./types.js").Colours} colours
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

/** @param {Picture} pic @param {number} lane @returns {Item} */
function drawInput(pic, lane) {
  const { scene, view, geo } = pic;
  return makeCell(pic, `x-${lane}`, inputBox(geo, scene.framing, lane), {
    value: scene.header.sequence[lane],
    lit: lane === view.step,
    d: { name: "x", hit: "x", lane, ...locate(scene, lane), feature: 0 },
  });
}

/** A prediction with its target above it. @param {Picture} pic @param {number} place @returns {Item[]} */
function drawOutput(pic, place) {
  const { scene, view, geo, moment, colours, say } = pic;
  const { palette } = colours;
  const single = scene.framing === "many-to-one";
  const middle = outputMiddle(geo, place);
  const mark = view.highlight;
  const lit =
    !!mark && (single ? mark.output === null || mark.output === place : mark.lane === null || mark.lane === place);
  const w = Math.max(geo.cellW, 44);
  const target = formatNumber(scene.header.sequence[place]);
  const wide = geo.pitch >= 100;
  const d = { name: "y", hit: "y", place, ...(single ? { sample: 0, output: place } : locate(scene, place)) };
  return [
    makeCell(
      pic,
      `y-${place}`,
      { x: middle - w / 2, y: geo.rows.y, w, h: geo.yH },
      {
        value: moment.trace ? moment.trace.y[place] : null,
        known: isOutputKnown(scene, view, place),
        lit,
        d,
        size: 13,
      },
    ),
    {
      k: `target-${place}`,
      layer: "words",
      kind: "text",
      x: middle,
      y: geo.rows.y - 5,
      size: 11.5,
      s: wide ? say("target_is", { target }) : target,
      a: {
        "text-anchor": "middle",
        fill: palette.target,
        ...(place === view.output && single ? { "font-weight": 700 } : {}),
      },
    },
  ];
}

/** Whether the lane's state comes from a lane that is not drawn. @param {Picture} pic @param {number} lane */
export const isCutOff = ({ scene, geo }, lane) => !isFresh(scene, lane) && lane === geo.first;
