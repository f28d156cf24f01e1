/** What flows where: arrows at rest, and the values that travel along them while a step is computed. */

import { inputOf, isBlock, isFresh, isPassedOn } from "../data/wiring.js";
import { ease } from "../state/motion.js";
import { MARKS, isHiddenKnown, isOutputKnown, within } from "../state/view.js";
import { makeCell, makeChip, makePath, makeText } from "./items.js";
import { COPY_GAP, boxLeft, entryBox, hiddenMiddle, inputBox, outputMiddle, shownLanes } from "./layout.js";

/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {import("../types.js").Item} Item */
/** @typedef {[number, number]} Point */

/** A line that ends in an arrow head, as a path without fill. @param {Point[]} points @param {number} [head] */
function arrowPath(points, head = 4) {
  const [[fromX, fromY], [x, y]] = points.slice(-2);
  const line = points.map(([px, py], at) => `${at ? "L" : "M"}${Math.round(px * 10) / 10} ${Math.round(py * 10) / 10}`);
  const [dx, dy] = [Math.sign(Math.round(x - fromX)), Math.sign(Math.round(y - fromY))];
  const back = [
    [x - dx * head - dy * head, y - dy * head - dx * head],
    [x - dx * head + dy * head, y - dy * head + dx * head],
  ];
  const tip = back.map(([px, py]) => `${Math.round(px * 10) / 10} ${Math.round(py * 10) / 10}`);
  return `${line.join("")}M${tip[0]}L${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}L${tip[1]}`;
}

/**
 * @param {string} k
 * @param {string} d
 * @param {string} stroke
 * @param {Record<string, string | number>} [more]
 * @returns {Item}
 */
const wire = (k, d, stroke, more = {}) =>
  makePath(k, d, { stroke, "stroke-width": 1.6, "stroke-linejoin": "round", "stroke-linecap": "round", ...more });

/** The way of a number into its LSTM box. @param {Picture} pic @param {number} lane @returns {Point[]} */
function inputRoute({ geo, scene }, lane) {
  const box = scene.repeats ? entryBox(geo, lane) : inputBox(geo, scene, lane);
  const end = /** @type {Point} */ ([boxLeft(geo, lane) + geo.boxW / 2, geo.rows.lstm + geo.boxH + 2]);
  if (scene.unit === "timestep" || lane === geo.first) return [[end[0], box.y], end];
  const middle = box.y + box.h / 2;
  return [[box.x + box.w, middle], [end[0], middle], end];
}

/** One number is copied to every timestep. @param {Picture} pic @returns {Item[]} */
function drawCopying({ geo, scene, colours }) {
  const { palette } = colours;
  const from = inputBox(geo, scene, 0);
  const y = geo.rows.x + geo.xH + COPY_GAP / 2;
  const lanes = shownLanes(geo);
  const [left, ...others] = lanes.map((lane) => boxLeft(geo, lane) + geo.boxW / 2);
  const last = others[others.length - 1] ?? left;
  return [
    wire("copy-bus", `M${left} ${from.y}V${y}H${last}`, palette.ink_soft),
    ...lanes.map((lane, at) => {
      const x = [left, ...others][at];
      const points = /** @type {Point[]} */ ([
        [x, y],
        [x, geo.rows.x + geo.xH],
      ]);
      return wire(`copy-wire-${lane}`, arrowPath(points, 3.5), palette.ink_soft);
    }),
  ];
}

/**
 * The way of the state from one box into the next.
 * @param {Picture} pic
 * @param {number} lane
 * @param {number} y
 * @returns {Point[]}
 */
function stateRoute({ geo }, lane, y) {
  const right = boxLeft(geo, lane);
  const left = Math.max(right - geo.pitch + geo.boxW, geo.lanesLeft - 2);
  return [
    [left + 1, y],
    [right - 2, y],
  ];
}

/** @param {Picture} pic @returns {Item[]} */
export function drawWires(pic) {
  const { scene, geo, view, colours } = pic;
  const { palette } = colours;
  return [
    ...shownLanes(geo).flatMap((lane) => {
      const now = lane === view.step;
      const reached = lane <= view.step;
      const strong = { "stroke-width": now ? 2.4 : 1.6, "stroke-opacity": reached ? 1 : 0.45 };
      return [
        wire(`x-wire-${lane}`, arrowPath(inputRoute(pic, lane)), now ? palette.accent : palette.ink_soft, strong),
        ...(isFresh(scene, lane) ? drawZero(pic, lane) : drawState(pic, lane, reached)),
        ...drawHandOver(pic, lane),
      ];
    }),
    ...(scene.repeats ? drawCopying(pic) : []),
    ...(scene.kind === "flat" ? drawGathering(pic) : drawAnswers(pic)),
    ...(scene.kind === "block" ? drawBus(pic) : []),
  ];
}

/** From each column of weights up to its answer. @param {Picture} pic @returns {Item[]} */
function drawAnswers({ scene, geo, view, colours }) {
  return shownLanes(geo, geo.outFirst).map((place) => {
    const x = outputMiddle(geo, place);
    const points = /** @type {Point[]} */ ([
      [x, geo.rows.dense - 1],
      [x, geo.rows.y + geo.yH + 3],
    ]);
    const known = isOutputKnown(scene, view, place);
    return wire(`y-wire-${place}`, arrowPath(points), colours.palette.weights, { "stroke-opacity": known ? 1 : 0.4 });
  });
}

/** What every lane's part of one column adds up to: the chosen answer. @param {Picture} pic @returns {Item[]} */
function drawGathering({ scene, geo, view, colours }) {
  const { palette } = colours;
  const y = geo.rows.y + geo.yH + 11;
  const to = outputMiddle(geo, view.output);
  const xs = shownLanes(geo).map((lane) => hiddenMiddle(geo, lane));
  const up = xs.map((x) => `M${x} ${geo.rows.dense - 1}V${y}`).join("");
  const known = isOutputKnown(scene, view, view.output);
  const more = { "stroke-opacity": known ? 1 : 0.4 };
  const points = /** @type {Point[]} */ ([
    [to, y],
    [to, geo.rows.y + geo.yH + 3],
  ]);
  return [
    wire("gather", `${up}M${Math.min(to, ...xs)} ${y}H${Math.max(to, ...xs)}`, palette.weights, more),
    wire(`y-wire-${view.output}`, arrowPath(points), palette.weights, more),
  ];
}

/**
 * The state is zero here: a new sample remembers nothing.
 * @param {Picture} pic
 * @param {number} lane
 * @returns {Item[]}
 */
function drawZero({ geo, view, colours }, lane) {
  const { palette } = colours;
  const room = boxLeft(geo, lane) - geo.lanesLeft - (lane - geo.first) * geo.pitch - 2;
  const roomy = room >= 27;
  const w = roomy ? 28 : Math.min(room, 13);
  const fresh = lane === view.step && view.phase < MARKS.hidden;
  const ink = fresh ? palette.accent : palette.state;
  const a = { fill: palette.background, stroke: ink, "stroke-width": fresh ? 3 : 1.2 };
  return ["c", "h"].map((name, at) => {
    const box = { x: boxLeft(geo, lane) - w - 0.5, y: geo.rows.lstm + 14 + at * 20, w, h: 17 };
    const d = { name: `${name}-before`, lane, value: 0 };
    return makeChip(`zero-${name}-${lane}`, "cells", box, { s: roomy ? `${name}=0` : "0", ink, a, d, size: 11.5 });
  });
}

/**
 * h and c go on to the next timestep.
 * @param {Picture} pic
 * @param {number} lane
 * @param {boolean} reached
 * @returns {Item[]}
 */
function drawState(pic, lane, reached) {
  const { geo, colours } = pic;
  const { palette } = colours;
  const more = { "stroke-opacity": reached ? 1 : 0.4, "stroke-width": 2.2 };
  const roomy = geo.pitch - geo.boxW > 26;
  const letter = { "text-anchor": "middle", fill: palette.state, "font-style": "italic", "font-weight": 700 };
  return ["c", "h"].flatMap((name, at) => {
    const y = geo.rows.lstm + 22 + at * 20;
    const points = stateRoute(pic, lane, y);
    const middle = (points[0][0] + points[1][0]) / 2;
    return [
      wire(`state-${name}-${lane}`, arrowPath(points, 4.5), palette.state, more),
      ...(roomy
        ? [
            makeText(`state-name-${name}-${lane}`, middle - 2, y - 4, name, letter, 11.5),
          ]
        : []),
    ];
  });
}

/** From the hidden state up to Dense, or no further. @param {Picture} pic @param {number} lane @returns {Item[]} */
function drawHandOver({ scene, geo, view, colours }, lane) {
  const { palette } = colours;
  const x = hiddenMiddle(geo, lane);
  const top = geo.rows.lstm - 2;
  const reached = isHiddenKnown(view, lane);
  if (isPassedOn(scene, lane)) {
    const end = scene.kind === "block" ? top - 20 : geo.rows.dense + geo.denseH + 3;
    const points = /** @type {Point[]} */ ([
      [x, top],
      [x, end],
    ]);
    const d = scene.kind === "block" ? `M${x} ${top}V${end}` : arrowPath(points);
    return [wire(`h-wire-${lane}`, d, palette.state, { "stroke-opacity": reached ? 1 : 0.4, "stroke-width": 2.2 })];
  }
  const [y, r] = [top - 8, 3.5];
  const d = `M${x} ${top}V${y + 4}M${x - r} ${y - r}L${x + r} ${y + r}M${x - r} ${y + r}L${x + r} ${y - r}`;
  return [wire(`h-wire-${lane}`, d, palette.ink_soft, { "stroke-opacity": reached ? 0.9 : 0.4 })];
}

/** The last hidden state goes to every column of the block. @param {Picture} pic @returns {Item[]} */
function drawBus({ scene, geo, view, colours }) {
  const { palette } = colours;
  const y = geo.rows.lstm - 20;
  const places = shownLanes(geo, geo.outFirst);
  const xs = places.map((place) => outputMiddle(geo, place));
  const last = Math.max(hiddenMiddle(geo, Math.min(scene.length - 1, geo.first + geo.count - 1)), xs[xs.length - 1]);
  const alive = view.step === scene.length - 1 && view.phase >= MARKS.hidden;
  const more = { "stroke-opacity": alive ? 1 : 0.35, "stroke-width": 2.2 };
  return [
    wire("bus", `M${xs[0]} ${y}H${last}`, palette.state, more),
    ...places.map((place, at) =>
      wire(
        `bus-${place}`,
        arrowPath(
          [
            [xs[at], y],
            [xs[at], geo.rows.dense + geo.denseH + 3],
          ],
          3.5,
        ),
        palette.state,
        more,
      ),
    ),
  ];
}

/** What travels while a step is computed. @param {Picture} pic @returns {Item[]} */
export function drawTokens(pic) {
  const { scene, geo, view, moment } = pic;
  const { step, phase } = view;
  if (phase >= 1 || phase <= 0) return [];
  const items = [];
  if (phase < MARKS.hidden) {
    const [x, y] = walk(inputRoute(pic, step), ease(within(phase, 0, MARKS.enter)));
    items.push(
      makeCell(
        pic,
        "token-x",
        { x: x - 19, y: y - 9, w: 38, h: 18 },
        {
          value: inputOf(scene, step),
          layer: "tokens",
          lit: true,
        },
      ),
    );
    if (!isFresh(scene, step)) items.push(...drawStateTokens(pic, ease(within(phase, 0, MARKS.enter))));
  }
  if (phase >= MARKS.press && phase < 0.95 && moment.trace && !isBlock(scene)) {
    const rise = ease(within(phase, MARKS.press, 0.92));
    const y = geo.rows.dense + (geo.rows.y + 3 - geo.rows.dense) * rise;
    items.push(
      makeCell(
        pic,
        "token-y",
        { x: hiddenMiddle(geo, step) - 20, y, w: 40, h: 18 },
        {
          value: moment.trace.y[step],
          layer: "tokens",
          lit: true,
        },
      ),
    );
  }
  return items;
}

/** h and c on their way from the step before. @param {Picture} pic @param {number} share @returns {Item[]} */
function drawStateTokens(pic, share) {
  const { geo, view, colours } = pic;
  return ["c", "h"].map((name, at) => {
    const [x, y] = walk(stateRoute(pic, view.step, geo.rows.lstm + 22 + at * 20), share);
    const [fill, ink] = [colours.palette.state, colours.palette.background];
    const box = { x: x - 9, y: y - 8, w: 18, h: 16 };
    return makeChip(`token-${name}`, "tokens", box, { s: name, ink, a: { fill, stroke: ink } });
  });
}

/** The point that lies a share of the way along. @param {Point[]} points @param {number} share @returns {Point} */
function walk(points, share) {
  const lengths = points.slice(1).map(([x, y], at) => Math.abs(x - points[at][0]) + Math.abs(y - points[at][1]));
  let left = share * lengths.reduce((sum, part) => sum + part, 0);
  for (const [at, part] of lengths.entries()) {
    if (left <= part || at === lengths.length - 1) {
      const share_ = part ? Math.min(1, left / part) : 1;
      const [from, to] = [points[at], points[at + 1]];
      return [from[0] + (to[0] - from[0]) * share_, from[1] + (to[1] - from[1]) * share_];
    }
    left -= part;
  }
  return points[points.length - 1];
}
