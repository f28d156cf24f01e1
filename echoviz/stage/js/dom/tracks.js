/** Two tracks: timesteps, and epochs along the loss curve. */

import { placeEpoch } from "../data/epochs.js";
import { TICK_ROOM, markTicks, traceCurve } from "../draw/curve.js";
import { formatCount } from "../words/numbers.js";
import { makeSvg } from "./nodes.js";

/**
 * @param {Element} track
 * @returns {SVGElement}
 */
function openTrack(track) {
  const kept = track.querySelector("svg");
  if (kept) return kept;
  return track.appendChild(makeSvg("svg", { "aria-hidden": "true", class: "track" }));
}

/** Where the loss was lowest. @param {number} x @param {number} y @param {import("../types.js").Palette} palette */
const markLowest = (x, y, { background, weights }) =>
  makeSvg("path", {
    class: "lowest",
    d: `M${x} ${y - 2}l-5 -8h10z`,
    fill: weights,
    stroke: background,
    "stroke-width": 1.5,
  });

/**
 * @param {HTMLElement} track
 * @param {{ palette: import("../types.js").Palette, last: number, lowest: { epoch: number } | null,
 *   losses: { epochs: ArrayLike<number>, losses: ArrayLike<number> } }} given
 */
export function drawEpochTrack(track, { palette, losses, last, lowest }) {
  const [width, height] = [track.clientWidth || 300, track.clientHeight || 52];
  const svg = openTrack(track);
  const { path, area } = traceCurve(losses.epochs, losses.losses, { width, height, last });
  const base = height - TICK_ROOM;
  const { accent, background } = palette;
  svg.replaceChildren(
    makeSvg("path", { d: area, fill: palette.weights, "fill-opacity": 0.16 }),
    makeSvg("path", { d: path, fill: "none", stroke: palette.weights, "stroke-width": 1.8 }),
    makeSvg("path", { d: `M0 ${base}H${width}`, stroke: palette.line }),
    ...(lowest ? [markLowest(placeEpoch(lowest.epoch, last) * width, base, palette)] : []),
    ...markTicks(last, width).map((tick) => labelTick(tick, { last, width, y: height - 2, fill: palette.ink_soft })),
    makeSvg("path", { class: "cursor", d: `M0 0V${base + 3}`, stroke: accent, "stroke-width": 2.5 }),
    makeSvg("circle", { class: "grip", r: 6, cy: base, fill: accent, stroke: background, "stroke-width": 2 }),
  );
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(height));
}

/** @param {number} tick @param {{ last: number, width: number, y: number, fill: string }} at */
function labelTick(tick, { last, width, y, fill }) {
  const share = placeEpoch(tick, last);
  const anchor = share < 0.02 ? "start" : share > 0.97 ? "end" : "middle";
  const label = makeSvg("text", { x: share * width, y, "font-size": 12, fill, "text-anchor": anchor });
  label.textContent = formatCount(tick);
  return label;
}

/**
 * @param {HTMLElement} track
 * @param {{ scene: import("../types.js").Scene, colours: import("../types.js").Colours }} given
 */
export function drawStepTrack(track, { scene, colours }) {
  const [width, height] = [track.clientWidth || 300, track.clientHeight || 36];
  const svg = openTrack(track);
  const { palette } = colours;
  const slot = width / scene.length;
  const gap = slot > 8 ? 2 : 0.5;
  svg.replaceChildren(
    ...scene.header.lanes.map(({ input }, at) =>
      makeSvg("rect", {
        x: at * slot + gap / 2,
        y: height / 2 - 6,
        width: Math.max(1, slot - gap),
        height: 12,
        rx: 2,
        fill: colours.fill(scene.header.x[input]),
        stroke: palette.line,
        "stroke-width": 0.6,
      }),
    ),
    makeSvg("rect", {
      class: "window",
      y: height / 2 - 9,
      height: 18,
      rx: 4,
      fill: "none",
      stroke: palette.ink_soft,
      "stroke-width": 1.5,
    }),
    makeSvg("circle", {
      class: "grip",
      r: 7,
      cy: height / 2,
      fill: palette.accent,
      stroke: palette.background,
      "stroke-width": 2,
    }),
  );
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(height));
}

/**
 * As wide as it was drawn last: asking the layout at each frame would cost more than the frame.
 * @param {HTMLElement} track
 */
const drawnWidth = (track) => Number(track.querySelector("svg")?.getAttribute("width"));

/** @param {HTMLElement} track @param {number} share 0 to 1 */
export function moveCursor(track, share) {
  const x = share * drawnWidth(track);
  track.querySelector(".cursor")?.setAttribute("transform", `translate(${x} 0)`);
  track.querySelector(".grip")?.setAttribute("cx", String(x));
}

/**
 * @param {HTMLElement} track
 * @param {{ first: number, count: number, step: number, length: number }} given
 */
export function moveStep(track, { first, count, step, length }) {
  const slot = drawnWidth(track) / length;
  const frame = track.querySelector(".window");
  frame?.setAttribute("x", String(first * slot));
  frame?.setAttribute("width", String(count < length ? count * slot : 0));
  frame?.setAttribute("visibility", count < length ? "visible" : "hidden");
  track.querySelector(".grip")?.setAttribute("cx", String((step + 0.5) * slot));
}
