import assert from "node:assert/strict";
import { test } from "node:test";
import { markTicks, traceCurve } from "../../echoviz/stage/js/draw/curve.js";

const SIZE = { width: 300, height: 56, last: 100 };
const readPoints = (path) => [...path.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

test("the curve falls with the loss, on a log scale of both", () => {
  const points = readPoints(traceCurve([0, 9, 100], [1, 0.1, 0.01], SIZE).path);
  assert.deepEqual([points[0][0], points[2][0]], [0, 300]);
  assert.ok(Math.abs(points[1][1] - (points[0][1] + points[2][1]) / 2) < 0.11, "0.1 is half-way from 1 to 0.01");
});

test("what is no number or zero is left out, and nothing known is no curve", () => {
  assert.equal(readPoints(traceCurve([0, 1, 2, 3], [1, NaN, 0, 0.5], SIZE).path).length, 2);
  assert.deepEqual(traceCurve([0], [Infinity], SIZE), { path: "", area: "" });
});

test("the area ends where the losses do", () => {
  const points = readPoints(traceCurve([20, 40], [1, 0.5], SIZE).area);
  const xs = points.map(([x]) => x);
  assert.ok(Math.min(...xs) > 0 && Math.max(...xs) < 300);
});

test("equal losses lie in the middle", () => {
  const [[, y], [, other]] = readPoints(traceCurve([0, 100], [0.3, 0.3], SIZE).path);
  assert.equal(y, other);
  assert.ok(y > 4 && y < 40);
});

test("ticks begin with 0, end with the last epoch and keep apart", () => {
  assert.deepEqual(markTicks(1000, 600), [0, 1, 10, 100, 1000]);
  assert.deepEqual(markTicks(1000, 60), [0, 1000]);
  assert.deepEqual(markTicks(0, 600), [0]);
});
