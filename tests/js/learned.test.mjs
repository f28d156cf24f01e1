import assert from "node:assert/strict";
import { test } from "node:test";
import { NEAR, findLearned, joinMarks } from "../../echoviz/stage/js/data/learned.js";
import { findMoment } from "../../echoviz/stage/js/data/moments.js";
import { SCENES } from "./scenes.mjs";

const finish = (search) => {
  for (;;) {
    const { done, value } = search.next();
    if (done) return value;
  }
};

/** The scene with targets that its last answers meet, but for the first one. */
const retarget = (scene) => {
  const last = findMoment(scene, scene.header.snapshotEpochs.length - 1).trace.y;
  const targets = [...last].map((y, place) => (place ? y + NEAR / 2 : y + 2 * NEAR));
  return { ...scene, header: { ...scene.header, targets } };
};

for (const { name, scene } of SCENES) {
  test(`an answer is learned by the first snapshot from which it stays near: ${name}`, () => {
    const aimed = retarget(scene);
    const { targets, snapshotEpochs } = aimed.header;
    const near = snapshotEpochs.map((_, index) => {
      const { y } = findMoment(scene, index).trace;
      return targets.map((target, place) => Math.abs(y[place] - target) <= NEAR);
    });
    const { epochs, count } = finish(findLearned(aimed));
    assert.equal(epochs[0], null, "it is not near at the end");
    assert.equal(count, targets.length - 1);
    for (const [place, epoch] of epochs.entries()) {
      const from = near.findLastIndex((now) => !now[place]) + 1;
      assert.equal(epoch, from < snapshotEpochs.length ? snapshotEpochs[from] : null);
    }
  });
}

test("marks that would lie on each other are one, which tells when the last of them is right", () => {
  const learned = { epochs: [100, null, 3, 110, 1000], count: 4 };
  const marks = joinMarks(learned, { last: 1000, gap: 0.05 });
  assert.deepEqual(marks.map(({ places, epoch }) => [places, epoch]), [[[2], 3], [[0, 3], 110], [[4], 1000]]);
  assert.equal(marks[2].share, 1);
  assert.equal(joinMarks(learned, { last: 1000, gap: 0.9 }).length, 1);
});
