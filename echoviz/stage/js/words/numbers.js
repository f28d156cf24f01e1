/** Numbers and sentences as people read them. */

/**
 * @param {string} template with {names}
 * @param {Record<string, string | number>} values
 */
export function fillText(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * So many decimals; what lies exactly between two of them goes to the even one, as in Python. Only an odd number of
 * halves of 2^-decimals can lie so, since no other fraction of a binary number ends there.
 * @param {number} size not below zero
 * @param {number} decimals
 */
function printFixed(size, decimals) {
  const isBetween = Math.abs((size * 2 ** (decimals + 1)) % 2) === 1;
  if (!isBetween) return size.toFixed(decimals);
  const below = Math.floor(size * 10 ** decimals);
  return ((below + (below % 2)) / 10 ** decimals).toFixed(decimals);
}

/** A power of ten: 2.2e−4. @param {number} value not below zero */
function printPower(value) {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  const isBetween = unit >= 1 && (value % unit) * 2 === unit;
  const even = isBetween ? value + (Math.floor(value / unit) % 2 ? unit : -unit) / 2 : value;
  return even.toExponential(1).replace("-", "−").replace("+", "");
}

/**
 * As core's `print_short` with two decimals: from 10 on fewer, since a cell has room for three digits.
 * @param {number} value
 */
export function formatNumber(value) {
  if (!Number.isFinite(value)) return "?";
  const size = Math.abs(value);
  let text = size >= 999.5 ? printPower(size) : printFixed(size, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
  if (value < 0 && Number(text) !== 0) text = "−" + text;
  return text;
}

/** As core's `print_loss`: three digits that matter. @param {number | null} loss */
export function formatLoss(loss) {
  if (loss === null || !Number.isFinite(loss)) return "NaN";
  if (loss === 0) return "0.00";
  if (loss < 0.001 || loss >= 999.5) return printPower(loss);
  return printFixed(loss, 2 - Number(loss.toExponential(2).split("e")[1]));
}

/**
 * A few digits that matter, of gradients and steps, which are often tiny: `−9.99e−4`.
 * @param {number} value @param {number} [digits]
 */
export function formatSigned(value, digits = 3) {
  const size = Math.abs(value);
  const isPower = size !== 0 && (size < 0.001 || size >= 1000);
  const text = isPower ? size.toExponential(digits - 1).replace("-", "−").replace("+", "") : size.toPrecision(digits);
  return `${value < 0 ? "−" : ""}${size === 0 ? "0" : text}`;
}

/** A weight whose smallest changes matter. @param {number} value */
export const formatFine = (value) => (value < 0 ? "−" : "") + Math.abs(value).toFixed(5);

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
