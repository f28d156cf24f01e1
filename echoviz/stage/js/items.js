/** The plain things of a drawing: a line of text, a rectangle, a path. */

/** @typedef {import("./types.js").Item} Item */
/** @typedef {Record<string, string | number>} Attributes */

/**
 * @param {string} k
 * @param {number} x
 * @param {number} y
 * @param {string} s
 * @param {Attributes} a
 * @param {number} [size]
 * @returns {Item}
 */
export const makeText = (k, x, y, s, a, size = 12) => ({ k, layer: "words", kind: "text", x, y, s, a, size });

/**
 * @param {string} k
 * @param {string} layer
 * @param {import("./types.js").Box} box
 * @param {Attributes} a
 * @param {Attributes} [d]
 * @returns {Item}
 */
export const makeRect = (k, layer, box, a, d = {}) => ({ k, layer, kind: "rect", ...box, a, d });

/** @param {string} k @param {string} d @param {Attributes} a @returns {Item} */
export const makePath = (k, d, a) => ({ k, layer: "wires", kind: "path", x: 0, y: 0, a: { d, fill: "none", ...a } });
