import assert from "node:assert/strict";
import { test } from "node:test";
import * as wiring from "../../echoviz/stage/js/data/wiring.js";
import { BLOCK, CARDS, COPIES, FLAT, SAMPLES, SCENES, STAMP } from "./scenes.mjs";

test("the kind follows from what answers read", () => {
  const kinds = [STAMP, CARDS, BLOCK, FLAT, SAMPLES, COPIES].map((scene) => scene.kind);
  assert.deepEqual(kinds, ["stamp", "cards", "block", "flat", "stamp", "stamp"]);
  assert.deepEqual([BLOCK, FLAT].map(wiring.isBlock), [true, true]);
  assert.deepEqual([STAMP, CARDS, SAMPLES].map(wiring.isBlock), [false, false, false]);
});

test("lanes are counted as samples only where each answer has a sample of its own", () => {
  assert.equal(SAMPLES.unit, "sample");
  for (const scene of [STAMP, CARDS, BLOCK, FLAT, COPIES]) assert.equal(scene.unit, "timestep");
});

test("only where the last h answers for all are the others dropped", () => {
  for (const { scene } of SCENES) {
    const read = scene.header.lanes.map((_, lane) => wiring.isPassedOn(scene, lane));
    assert.deepEqual(read, scene === BLOCK ? [false, false, false, false, false, true] : Array(6).fill(true));
  }
});

test("a state starts at zero for each sample, or once", () => {
  const fresh = (scene) => scene.header.lanes.filter((_, lane) => wiring.isFresh(scene, lane)).length;
  assert.equal(fresh(SAMPLES), 6);
  for (const scene of [STAMP, BLOCK, FLAT, COPIES]) assert.equal(fresh(scene), 1);
  assert.deepEqual(wiring.locate(SAMPLES, 2), { sample: 2, step: 0 });
  assert.deepEqual(wiring.locate(STAMP, 2), { sample: 0, step: 2 });
});

test("one number goes into every lane where it is copied", () => {
  const inputs = (scene) => scene.header.lanes.map((_, lane) => wiring.inputOf(scene, lane));
  assert.equal(new Set(inputs(COPIES)).size, 1);
  assert.deepEqual(inputs(STAMP), STAMP.header.x);
});

test("a shared weight is used once for each lane, any other once", () => {
  assert.deepEqual([STAMP, SAMPLES, COPIES].map((scene) => wiring.countUses(scene, 0)), [6, 6, 6]);
  assert.deepEqual([CARDS, BLOCK, FLAT].map((scene) => wiring.countUses(scene, 3)), [1, 1, 1]);
});

test("rows of a block that reads every h go on from lane to lane", () => {
  const [answer] = FLAT.header.answers;
  assert.equal(wiring.rowOf(FLAT, answer, 2, 1), 2 * 4 + 1);
  assert.equal(wiring.rowOf(FLAT, answer, 2, -1), -1);
  assert.equal(wiring.rowOf(CARDS, CARDS.header.answers[2], 2, 1), 1);
});

test("a late answer owes a number of X once there is one", () => {
  const owed = STAMP.header.answers.map((_, place) => wiring.owedInput(STAMP, place));
  assert.deepEqual(owed, [null, 0, 1, 2, 3, 4]);
  assert.equal(wiring.owedInput(SAMPLES, 3), null);
});
