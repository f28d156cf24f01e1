/** Errors and, below them, bars that pile up to the gradient: one slot for each lane and a last one for the sum. */

import { locate } from "../data/wiring.js";
import { pileUp } from "../tools/learning.js";
import { formatSigned, subscript } from "../words/numbers.js";
import { makeSvg, setAttributes } from "./nodes.js";

/** @typedef {import("../types.js").Picture} Picture */
/** @typedef {import("../tools/learning.js").Slope} Slope */
/** @typedef {{ pic: Picture, slope: Slope, slot: number, width: number }} Chart */

/** Where each row of the chart stands. */
const AT = { errorsWords: 12, errors: 18, sharesWords: 56, bars: 64, barsEnd: 134, numbers: 149, names: 166 };
const HEIGHT = 170;
/** Into so much fits a number of three digits, one of two, a lane's name. */
const ROOM = { long: 72, short: 48, name: 26 };
/** How strong the colour of a bar is, as of a value. */
const STRONG = 0.75;

/** @param {number} share of the height */
const yOf = (share) => Math.round((AT.bars + share * (AT.barsEnd - AT.bars)) * 10) / 10;

/** @param {number} at @param {number} slot @param {number} y */
const under = (at, slot, y) => ({ x: at * slot + slot / 2, y, "text-anchor": "middle" });

/** @param {number} value @param {number} slot */
const writeNumber = (value, slot) => formatSigned(value, slot < ROOM.long ? 2 : 3);

/** @param {string} words @param {Record<string, string | number>} attributes */
function write(words, attributes) {
  const text = makeSvg("text", { "font-size": 12, ...attributes });
  text.textContent = words;
  return text;
}

/**
 * @param {SVGElement} svg
 * @param {Picture} pic
 * @param {{ slope: Slope, width: number, label: string, titles: { errors: string, shares: string } }} given
 */
export function drawPile(svg, pic, { slope, width, label, titles }) {
  const slot = width / (slope.shares.length + 1);
  const chart = { pic, slope, slot, width };
  const soft = { x: 0, fill: pic.colours.palette.ink_soft };
  setAttributes(svg, { viewBox: `0 0 ${width} ${HEIGHT}`, "aria-label": label });
  svg.replaceChildren(
    write(titles.errors, { ...soft, y: AT.errorsWords }),
    ...slope.errors.flatMap((error, at) => drawError(chart, error, at)),
    write(titles.shares, { ...soft, y: AT.sharesWords }),
    ...drawBars(chart),
  );
}

/** @param {Chart} chart @param {number} error @param {number} at */
function drawError({ pic, slot }, error, at) {
  const { colours } = pic;
  const [x, y, h] = [at * slot + 1, AT.errors, 20];
  const box = { x, y, width: Math.max(1, slot - 2), height: h, rx: 2.5, fill: colours.fill(error) };
  const cell = makeSvg("rect", { ...box, class: "error", "data-error": error, "data-place": at });
  if (slot < ROOM.short) return [cell];
  const name = slot > 1.3 * ROOM.long ? `ŷ${subscript(at + 1)} ` : "";
  const middle = { x: x + slot / 2 - 1, y: y + 14, "text-anchor": "middle", fill: colours.ink(error) };
  return [cell, write(`${name}${writeNumber(error, slot)}`, middle)];
}

/** @param {Chart} chart */
function drawBars(chart) {
  const { slope, slot, width, pic } = chart;
  const { palette } = pic.colours;
  const { bars, sum, zero } = pileUp(slope.shares);
  const count = bars.length;
  const thread = bars.map(({ to }, at) => `M${at * slot + slot / 2} ${yOf(to)}H${(at + 1) * slot + slot / 2}`);
  return [
    makeSvg("path", { d: `M0 ${yOf(zero)}H${width}`, stroke: palette.ink_soft, "stroke-width": 1 }),
    makeSvg("path", { d: thread.join(""), stroke: palette.ink_soft, "stroke-dasharray": "2 3" }),
    ...bars.flatMap((bar, at) => (slope.uses[at] ? drawBar(chart, bar, at) : [])),
    ...bars.flatMap((_, at) => nameLane(chart, at)),
    ...drawBar(chart, sum, count),
    write(pic.say("learn_sum"), { ...under(count, slot, AT.names), fill: palette.ink, "font-weight": 700 }),
  ];
}

/** @param {Chart} chart @param {{ from: number, to: number }} bar @param {number} at the last one is the sum */
function drawBar({ slope, slot, pic }, { from, to }, at) {
  const { palette, fill } = pic.colours;
  const isSum = at === slope.shares.length;
  const value = isSum ? slope.gradient : slope.shares[at];
  const [top, bottom] = [Math.min(yOf(from), yOf(to)), Math.max(yOf(from), yOf(to))];
  const isHere = !isSum && at === pic.view.step;
  const bar = makeSvg("rect", {
    class: isSum ? "sum" : "share",
    x: at * slot + slot * 0.18,
    width: slot * 0.64,
    y: top,
    height: Math.max(1, bottom - top),
    fill: fill(value < 0 ? -STRONG : STRONG),
    stroke: isHere ? palette.accent : isSum ? palette.ink : "none",
    "stroke-width": isHere ? 2.5 : 1.5,
    "data-lane": at,
    "data-share": value,
  });
  if (slot < ROOM.short && !isSum) return [bar];
  const ink = { fill: isSum ? palette.ink : palette.ink_soft, "font-weight": isSum ? 700 : 400 };
  const place = isSum && slot < ROOM.short ? { x: at * slot + slot, "text-anchor": "end" } : {};
  return [bar, write(writeNumber(value, slot), { ...under(at, slot, AT.numbers), ...ink, ...place })];
}

/** @param {Chart} chart @param {number} at */
function nameLane({ pic, slot }, at) {
  const { scene, say, colours } = pic;
  const every = slot >= ROOM.name ? 1 : 5;
  if ((at + 1) % every && at) return [];
  const { sample, step } = locate(scene, at);
  const number = (scene.unit === "sample" ? sample : step) + 1;
  const fill = at === pic.view.step ? colours.palette.accent : colours.palette.ink_soft;
  return [write(say(`${scene.unit}_short`, { number }), { ...under(at, slot, AT.names), fill })];
}
