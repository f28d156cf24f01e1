/** Numbers and sentences as people read them. */

/**
 * @param {string} template with {names}
 * @param {Record<string, string | number>} values
 */
export function fillText(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Two decimals with a true minus; a number too large for that as 1.2e+5. @param {number} value */
export function formatNumber(value) {
  if (!Number.isFinite(value)) return "?";
  const size = Math.abs(value);
  let text = size >= 1000 ? size.toExponential(1) : size.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
  if (value < 0 && Number(text) !== 0) text = "−" + text;
  return text;
}

/** Three digits that matter. @param {number | null} loss */
export function formatLoss(loss) {
  if (loss === null || !Number.isFinite(loss)) return "NaN";
  if (loss !== 0 && (loss < 0.001 || loss >= 1000)) return loss.toExponential(1).replace("-", "−").replace("+", "");
  return loss.toPrecision(3);
}

/** @param {number} count */
export const formatCount = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");

/** @param {number} number */
export const subscript = (number) =>
  String(number)
    .replace(/\d/g, (digit) => String.fromCharCode(0x2080 + Number(digit)))
    .replace("-", "₋");

/** A shape as Keras prints it. @param {(number | null)[]} shape */
export const formatShape = (shape) =>
  `(${shape.map((size) => (size === null ? "None" : size)).join(", ")}${shape.length === 1 ? "," : ""})`;
