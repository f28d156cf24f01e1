import assert from "node:assert/strict";
import { test } from "node:test";
import { findSnapshot, placeEpoch } from "../../echoviz/stage/js/data/epochs.js";

test("a track runs from 0 to 1 and gives early epochs more room", () => {
  assert.equal(placeEpoch(0, 1000), 0);
  assert.equal(placeEpoch(1000, 1000), 1);
  assert.ok(placeEpoch(100, 1000) > 0.6);
  assert.equal(placeEpoch(0, 0), 0);
});

test("the snapshot nearest to a place, on the track's own scale", () => {
  const epochs = [0, 1, 10, 100, 1000];
  for (const [at, epoch] of epochs.entries()) assert.equal(findSnapshot(epochs, placeEpoch(epoch, 1000)), at);
  assert.equal(findSnapshot(epochs, placeEpoch(25, 1000)), 2);
  assert.equal(findSnapshot(epochs, placeEpoch(40, 1000)), 3);
  assert.equal(findSnapshot(epochs, 2), 4);
  assert.equal(findSnapshot([], 0.5), 0);
});
