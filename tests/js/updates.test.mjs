import assert from "node:assert/strict";
import { test } from "node:test";
import { growCurve, growNothing } from "../../echoviz/stage/js/state/updates.js";

const live = (epoch, loss, lossEpochs = [], losses = []) => ({ epoch, loss, lossEpochs, losses });

test("a curve grows moment by moment, and begins anew with a new run", () => {
  let grown = growCurve(growNothing(), live(10, 0.5));
  grown = growCurve(grown, live(20, 0.25));
  assert.deepEqual(grown, { epochs: [10, 20], losses: [0.5, 0.25], last: 20 });
  assert.deepEqual(growCurve(grown, live(5, 0.7)), { epochs: [5], losses: [0.7], last: 5 });
});

test("a moment that brings the losses before it replaces what was known", () => {
  const grown = growCurve(growNothing(), live(30, 0.1, [0, 10, 20], [1, null, 0.4]));
  assert.deepEqual(grown, { epochs: [0, 20, 30], losses: [1, 0.4, 0.1], last: 30 });
});

test("a loss that is no number is no point", () => {
  assert.deepEqual(growCurve(growNothing(), live(3, null)), { epochs: [], losses: [], last: 3 });
});
