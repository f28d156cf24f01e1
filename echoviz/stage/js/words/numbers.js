/** Numbers and sentences as people read them. */

/**
 * @param {string} template with {names}
 * @param {Record<string, string | number>} values
 */
export function fillText(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** A power of ten: 2.2e−4. @param {number} value not below zero */
const printPower = (value) => value.toExponential(1).replace("-", "−").replace("+", "");

/**
 * As core's `print_short` with two decimals: from 10 on fewer, since a cell has room for three digits.
 * @param {number} value
 */
export function formatNumber(value) {
  if (!Number.isFinite(value)) return "?";
  const size = Math.abs(value);
  let text = size >= 999.5 ? printPower(size) : size.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
  if (value < 0 && Number(text) !== 0) text = "−" + text;
  return text;
}

/** As core's `print_loss`: three digits that matter. @param {number | null} loss */
export function formatLoss(loss) {
  if (loss === null || !Number.isFinite(loss)) return "NaN";
  const rounded = loss.toPrecision(3);
  return loss !== 0 && (loss < 0.001 || Number(rounded) >= 1000) ? printPower(loss) : rounded;
}

/** As core's `print_count`: thousands parted by a narrow space. @param {number} count */
export const formatCount = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");

/** @param {number} number */
export const subscript = (number) =>
  String(number)
    .replace(/\d/g, (digit) => String.fromCharCode(0x2080 + Number(digit)))
    .replace("-", "₋");

/** A shape as Keras prints it. @param {(number | null)[]} shape */
export const formatShape = (shape) =>
  `(${shape.map((size) => (size === null ? "None" : size)).join(", ")}${shape.length === 1 ? "," : ""})`;
