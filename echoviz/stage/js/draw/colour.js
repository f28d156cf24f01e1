/** Sign is a hue, magnitude is lightness; a number on a cell is black or white, whichever reads better. */

const STEPS = 100;

/** @param {string} hex */
const channels = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** @param {string} hex */
export function luminanceOf(hex) {
  const [red, green, blue] = channels(hex).map((part) =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * @param {string[]} ramp
 * @param {number} share 0 to 1
 */
function mixRamp(ramp, share) {
  const place = share * (ramp.length - 1);
  const left = Math.min(Math.floor(place), ramp.length - 2);
  const [from, to] = [channels(ramp[left]), channels(ramp[left + 1])];
  const mixed = from.map((part, at) => Math.round(part + (to[at] - part) * (place - left)));
  return "#" + mixed.map((part) => part.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {import("../types.js").Palette} palette
 * @param {number} limit the magnitude of the fullest colour
 * @returns {import("../types.js").Colours}
 */
export function makeColours(palette, limit) {
  /** @type {string[]} */
  const fills = [];
  for (let step = -STEPS; step <= STEPS; step++) {
    fills.push(mixRamp(step < 0 ? palette.negative : palette.positive, Math.abs(step) / STEPS));
  }
  const inks = fills.map((fill) => ((luminanceOf(fill) + 0.05) ** 2 > 1.05 * 0.05 ? "#000000" : "#ffffff"));
  /** @param {number} value */
  const place = (value) => Math.round(Math.max(-1, Math.min(1, value / limit)) * STEPS) + STEPS;
  return { palette, fill: (value) => fills[place(value)], ink: (value) => inks[place(value)] };
}
