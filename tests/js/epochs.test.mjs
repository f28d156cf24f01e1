import assert from "node:assert/strict";
import { test } from "node:test";
import { findLowest, findNearest, findSnapshot, placeEpoch } from "../../echoviz/stage/js/data/epochs.js";

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

test("the snapshot nearest to an epoch; the earlier of two", () => {
  assert.deepEqual([0, 4, 6, 5, 11, 99].map((epoch) => findNearest([0, 10, 12], epoch)), [0, 0, 1, 0, 1, 2]);
});

test("a lowest loss is worth telling when the run ended with a worse one", () => {
  const scene = (losses, lowest) => ({ header: { lowest }, losses });
  assert.equal(findLowest(scene([1, 0.5, 0.4], { epoch: 2, loss: 0.4 })), null);
  assert.equal(findLowest(scene([1, 0.39, 0.4], { epoch: 1, loss: 0.39 })), null);
  assert.deepEqual(findLowest(scene([1, 1e-9, 0.4], { epoch: 1, loss: 1e-9 })), { epoch: 1, loss: 1e-9 });
  assert.ok(findLowest(scene([1, 0.5, NaN], { epoch: 1, loss: 0.5 })), "a run that diverged ended worse");
  assert.equal(findLowest(scene([], null)), null);
});
