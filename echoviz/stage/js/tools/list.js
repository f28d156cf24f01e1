/** A list of numbers as people type and paste it. */

import { LIMIT, MOST_NUMBERS, canChangeLength, countInputs, isCopied } from "../data/changes.js";

/** @typedef {import("../types.js").Header} Header */
/** @typedef {{ numbers: number[] } | { wrong: string, values: Record<string, string | number> }} Read */

/** Letters of a word that is said again. */
const SAID = 12;
const LIST_SIGNS = /[\s;_；、，|]+/;

/**
 * Numbers parted by spaces, commas, semicolons or new lines; a comma between digits is a decimal one where the list
 * shows another separator and no decimal point.
 * @param {string} text
 * @param {number} count how many are expected: "0,8" is one number or two
 * @returns {string[]}
 */
function splitList(text, count) {
  const bare = text.replace(/[[\](){}"'“”]/g, " ").replaceAll("−", "-").trim();
  const commas = (bare.match(/,/g) ?? []).length;
  const hasPoint = /\d\.\d|\.\d/.test(bare);
  const inner = bare.replace(/,\s+|\s+,/g, ";");
  const isParted = LIST_SIGNS.test(inner.replace(/[;\s]+$/, ""));
  const isDecimal = !hasPoint && (isParted || (commas === 1 && count !== 2)) && /\d,\d/.test(inner);
  const pieces = isDecimal ? inner.replace(/(\d),(\d)/g, "$1.$2") : inner;
  return pieces.split(/[,\s;_；、，|]+/).filter(Boolean);
}

/**
 * The visitor's own numbers, or why they cannot be used.
 * @param {string} text
 * @param {Header} header as Python sent it
 * @returns {Read}
 */
export function readList(text, header) {
  const count = countInputs(header);
  const words = splitList(text, count);
  if (!words.length) return { wrong: "list_empty", values: {} };
  if (words.length > MOST_NUMBERS) return { wrong: "list_long", values: { most: MOST_NUMBERS, given: words.length } };
  const numbers = words.map(Number);
  const bad = words.find((_, at) => !Number.isFinite(numbers[at]));
  if (bad !== undefined) return { wrong: "list_word", values: { word: bad.slice(0, SAID) } };
  const far = words.find((_, at) => Math.abs(numbers[at]) > LIMIT);
  if (far !== undefined) return { wrong: "list_far", values: { word: far.slice(0, SAID), limit: LIMIT } };
  if (numbers.length !== count && !canChangeLength(header)) {
    return { wrong: `list_count_${whyFixed(header)}`, values: { count, given: numbers.length } };
  }
  return { numbers };
}

/** Why the model takes so many numbers and no others. @param {Header} header */
function whyFixed(header) {
  if (isCopied(header)) return "copy";
  return header.answers[0].lane === null ? "block" : "cards";
}
