/** Text in lines. */

import { makeText } from "./items.js";

/**
 * Text in lines of at most so many half-width letters; wide letters count twice and break anywhere.
 * @param {string} k @param {number} x @param {number} y @param {string} s
 * @param {Record<string, string | number>} a @param {number} most @param {number} [size] @param {number} [leading]
 * @returns {import("../types.js").Item[]}
 */
export function wrapText(k, x, y, s, a, most, size = 12, leading = 16) {
  return breakLines(s, most).map((line, at) => makeText(`${k}-${at}`, x, y + at * leading, line, a, size));
}

/** @param {string} s @param {number} most */
export function breakLines(s, most) {
  const pieces = s.match(/[\u2e80-\uffef][，。；：！？、）]*\s*|[^\s\u2e80-\uffef]+\s*/g) ?? [];
  const lines = [""];
  let size = 0;
  for (const piece of pieces) {
    const letters = piece.trimEnd();
    const wide = /[\u2e80-\uffef]/.test(letters) ? 2 * letters.length : letters.length;
    if (size + wide > most && size > 0) {
      lines.push("");
      size = 0;
    }
    lines[lines.length - 1] += piece;
    size += wide + piece.length - letters.length;
  }
  return lines.map((line) => line.trimEnd());
}
