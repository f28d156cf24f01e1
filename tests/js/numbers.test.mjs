import assert from "node:assert/strict";
import { test } from "node:test";
import * as numbers from "../../echoviz/stage/js/words/numbers.js";

test("three digits that matter, with a true minus", () => {
  const printed = [0, -0.001, 1.234, -12.345, 123.4, 999.6, 2e9].map(numbers.formatNumber);
  assert.deepEqual(printed, ["0.00", "0.00", "1.23", "−12.3", "123", "1.0e3", "2.0e9"]);
  assert.equal(numbers.formatNumber(NaN), "?");
});

test("a loss that is unknown is NaN, a small one a power of ten", () => {
  assert.deepEqual([null, NaN, 0, 0.5, 2.24e-4].map(numbers.formatLoss), ["NaN", "NaN", "0.00", "0.500", "2.2e−4"]);
});

test("counts, shapes and indices", () => {
  assert.equal(numbers.formatCount(12690), "12\u202f690");
  assert.equal(numbers.formatShape([null, 5, 1]), "(None, 5, 1)");
  assert.equal(numbers.formatShape([5]), "(5,)");
  assert.equal(numbers.subscript(-12), "₋₁₂");
});

test("a text is filled with what is known and keeps the rest", () => {
  assert.equal(numbers.fillText("{a} of {b}", { a: 1 }), "1 of {b}");
});
