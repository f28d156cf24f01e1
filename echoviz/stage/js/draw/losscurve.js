/** The loss over the values of one weight, as a small curve. */

const TOP = 8;
const ROOM = 18;

/**
 * @param {{ values: number[], losses: number[], present: number, loss: number }} followed
 * @param {{ width: number, height: number }} size
 */
export function traceLoss({ values, losses, present, loss }, { width, height }) {
  const [low, high] = [values[0], values[values.length - 1]];
  const most = Math.max(...losses, loss);
  const least = Math.min(...losses, loss);
  const span = most > least ? most - least : 1;
  /** @param {number} value */
  const x = (value) => Number((((value - low) / (high - low || 1)) * width).toFixed(1));
  /** @param {number} at */
  const y = (at) => Number((TOP + (height - ROOM - TOP) * (1 - (at - least) / span)).toFixed(1));
  const points = values.map((value, at) => `${x(value)} ${y(losses[at])}`);
  return { path: `M${points.join("L")}`, x: x(present), y: y(loss), low, high };
}
