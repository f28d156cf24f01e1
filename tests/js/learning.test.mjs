import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { findMoment } from "../../echoviz/stage/js/data/moments.js";
import { makeScene } from "../../echoviz/stage/js/data/payload.js";
import * as learning from "../../echoviz/stage/js/tools/learning.js";
import * as places from "../../echoviz/stage/js/tools/places.js";
import { SCENES, STAMP } from "./scenes.mjs";

const { updates } = JSON.parse(readFileSync(process.env.ECHOVIZ_KERAS, "utf8"));

/** Keras rounds to float32; `least` is what that does to a number near zero. */
const assertClose = (given, expected, because, least = 1e-9) =>
  assert.ok(Math.abs(given - expected) <= 1e-5 * Math.abs(expected) + least, `${because}: ${given} ≠ ${expected}`);

for (const { name, header, numbers, states } of updates) {
  test(`the update is the one that Keras' Adam made: ${name}`, () => {
    const scene = makeScene(header, Float32Array.from(numbers));
    const isOther = header.sequences > 1;
    for (const [place] of states[0][0].entries()) {
      for (const epoch of [0, 1, 4]) {
        const slope = learning.describeSlope(scene, findMoment(scene, epoch), place);
        const [before, after] = [states[epoch], states[epoch + 1]].map((rows) => rows.map((row) => row[place]));
        const recalled = learning.recallMemory(scene, epoch, place);
        assert.equal(recalled === null, isOther);
        const told = { mean: before[1], square: before[2] };
        for (const memory of isOther ? [told] : [told, recalled]) {
          const update = learning.describeUpdate(scene, { epoch, slope }, memory, { before, after });
          assertClose(update.weight, after[0], "weight", 1e-5 * header.experiment.learning_rate);
          assertClose(update.mean, after[1], "mean");
          assertClose(update.square, after[2], "square");
        }
      }
    }
  });
}

test("only where all epochs before it are known does the memory follow from them", () => {
  const gap = { ...STAMP, header: { ...STAMP.header, snapshotEpochs: [0, 2, 3] }, moments: new Map() };
  assert.deepEqual([0, 1].map((index) => learning.recallMemory(gap, index, 5) !== null), [true, false]);
});

test("why there is no step", () => {
  const last = STAMP.header.snapshotEpochs.length - 1;
  const find = (index, isLive) => learning.findObstacle(STAMP, { index, isLive });
  assert.deepEqual([find(0, false), find(last, false), find(0, true)], [null, "ended", "live"]);
  const nothing = { header: { ...STAMP.header, snapshotEpochs: [] } };
  assert.equal(learning.findObstacle(nothing, { index: 0, isLive: false }), "unknown");
});

test("bars go on from each other, and their sum from zero", () => {
  const { bars, sum, zero } = learning.pileUp([2, -3, 5]);
  assert.deepEqual(bars, [{ from: 0.8, to: 0.4 }, { from: 0.4, to: 1 }, { from: 1, to: 0 }]);
  assert.deepEqual([sum, zero], [{ from: 0.8, to: 0 }, 0.8]);
  assert.equal(learning.pileUp([0, 0]).zero, 0);
});

for (const { name, scene } of SCENES) {
  test(`each weight has one name and one place: ${name}`, () => {
    const { header, size } = scene;
    const all = [...Array(size).keys()];
    assert.deepEqual(all.map((at) => places.placeWeight(header, places.locateWeight(header, at))), all);
    assert.equal(new Set(all.map((at) => places.nameWeight(header, { at, step: null }))).size, size);
    const { matrix, row, column } = places.locateWeight(header, places.headStart(header));
    assert.deepEqual([matrix, row, column], [3, 0, 0], "the head's first weight is looked at first");
  });
}
