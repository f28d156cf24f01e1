import assert from "node:assert/strict";
import { test } from "node:test";
import { NOTHING, canChangeLength, canUnglue, deriveScene } from "../../echoviz/stage/js/data/changes.js";
import { changeMoment, findChanged, findMoment } from "../../echoviz/stage/js/data/moments.js";
import { readLook, tellLook } from "../../echoviz/stage/js/state/look.js";
import { readTool, tellTool } from "../../echoviz/stage/js/state/link.js";
import { ARRANGE, findEcho, judgeMoment, listArrangements } from "../../echoviz/stage/js/tools/echo.js";
import { addHold, dropHold, pickGate } from "../../echoviz/stage/js/tools/hold.js";
import { readList } from "../../echoviz/stage/js/tools/list.js";
import * as places from "../../echoviz/stage/js/tools/places.js";
import * as pulling from "../../echoviz/stage/js/tools/pull.js";
import { BLOCK, CARDS, COPIES, FLAT, RECORDED, SAMPLES, SCENES, STAMP, viewOf } from "./scenes.mjs";

const pull = { ...places, ...pulling };

/** What is drawn of a scene's last weights once something was changed. */
function drawChanged(given, changes) {
  const scene = deriveScene(given, changes);
  const moment = findMoment(scene, given.header.snapshotEpochs.length - 1);
  return { scene, base: moment, moment: changeMoment(scene, moment, changes) };
}

for (const { name, scene: given, changed } of SCENES) {
  test(`what a hand changed comes out as Keras says: ${name}`, () => {
    assert.ok(changed.length >= 12);
    for (const { targets, y, loss, ...changes } of changed) {
      const { scene, base, moment } = drawChanged(given, changes);
      assert.equal(moment.trace.y.length, y.length);
      for (const [at, value] of y.entries()) {
        assert.ok(Math.abs(moment.trace.y[at] - value) < 1e-5, JSON.stringify([changes, moment.trace.y[at], value]));
        assert.ok(Math.abs(scene.header.targets[at] - targets[at]) < 1e-6);
      }
      assert.ok(Math.abs(pull.computeLoss(scene, moment.trace.y) - loss) < 1e-5 * (1 + loss));
      assert.equal(moment.was, changes.pulled.length + changes.held.length ? base : null);
    }
  });

  test(`a weight is found by its place, and its place by where it stands: ${name}`, () => {
    const { header } = given;
    const size = given.size;
    for (let at = 0; at < size; at++) {
      const where = pull.locateWeight(header, at);
      assert.equal(pull.placeWeight(header, where), at);
      const { rows, columns } = pull.sizeOf(header, where.matrix);
      assert.ok(where.row < rows && where.column < columns, `${at}`);
    }
  });
}

test("nothing is overwritten, and what is as trained is the trained moment itself", () => {
  const before = Float32Array.from(STAMP.weights);
  const changes = { ...NOTHING, pulled: [{ at: 3, step: null, value: 9 }] };
  const { moment } = drawChanged(STAMP, changes);
  assert.deepEqual(STAMP.weights, before);
  assert.equal(findChanged(STAMP, findMoment(STAMP, 2), NOTHING), findMoment(STAMP, 2));
  assert.equal(findChanged(STAMP, findMoment(STAMP, 2), changes), findChanged(STAMP, findMoment(STAMP, 2), changes));
  assert.equal(moment.weights.kernel[3], 9);
  assert.equal(deriveScene(STAMP, NOTHING), STAMP);
});

test("a pulled weight of Dense moves every answer, unglued only one; one of the LSTM moves later ones too", () => {
  const trained = findMoment(STAMP, 12).trace.y;
  const moved = (changes) => {
    const { y } = drawChanged(STAMP, { ...NOTHING, ...changes }).moment.trace;
    return [...y].flatMap((value, at) => (Math.abs(value - trained[at]) > 1e-9 ? [at] : []));
  };
  const at = pull.headStart(STAMP.header) + 1;
  assert.deepEqual(moved({ pulled: [{ at, step: null, value: 2 }] }), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(moved({ unglued: true, pulled: [{ at, step: 3, value: 2 }] }), [3]);
  const apart = pull.takeApart(STAMP.header, [{ at, step: null, value: 2 }], 6);
  assert.deepEqual(moved({ unglued: true, pulled: apart }), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(moved({ unglued: true }), []);
  const later = "its input weight meets 0 at the first timestep";
  assert.deepEqual(moved({ pulled: [{ at: 1, step: null, value: 2 }] }), [1, 2, 3, 4, 5], later);
});

test("the loss beside a weight is that of the drawn sequence, lowest where it is lowest", () => {
  const picked = { at: pull.headStart(STAMP.header), step: null };
  const flat = STAMP.weights.subarray(12 * STAMP.size);
  const followed = pull.findLoss(STAMP, flat, NOTHING, picked);
  for (const [place, value] of followed.values.entries()) {
    const { moment } = drawChanged(STAMP, { ...NOTHING, pulled: [{ ...picked, value }] });
    assert.ok(Math.abs(pull.computeLoss(STAMP, moment.trace.y) - followed.losses[place]) < 1e-12);
  }
  const later = { ...NOTHING, pulled: pull.pullOne(NOTHING, picked, 0.5) };
  assert.equal(pull.findLoss(STAMP, flat, later, picked).present, 0.5);
  assert.deepEqual(pull.pullOne(later, picked, 99), [{ ...picked, value: 10 }]);
});

test("a pressed cell says which weight, and which gate", () => {
  const apart = deriveScene(STAMP, { ...NOTHING, unglued: true });
  const start = pull.headStart(STAMP.header);
  const hit = { hit: "w", name: "W", lane: null, neuron: 2, output: 0, place: null, row: 2 };
  assert.deepEqual(pull.pickWeight(STAMP, STAMP.header, hit), { at: start + 2, step: null });
  const bias = { ...hit, neuron: -1, row: -1 };
  assert.deepEqual(pull.pickWeight(STAMP, STAMP.header, bias), { at: start + 4, step: null });
  assert.deepEqual(pull.pickWeight(apart, STAMP.header, { ...hit, output: 3 }), { at: start + 2, step: 3 });
  const flat = { ...hit, lane: 2, row: null, output: 1 };
  const { at } = pull.pickWeight(FLAT, FLAT.header, flat);
  assert.deepEqual(pull.locateWeight(FLAT.header, at), { matrix: 3, gate: null, row: 2 * 4 + 2, column: 1 });
  const term = pull.pickWeight(STAMP, STAMP.header, { ...hit, hit: "term", name: "g-input", neuron: 3 });
  assert.deepEqual(pull.locateWeight(STAMP.header, term.at), { matrix: 0, gate: 2, row: 0, column: 3 });
  assert.equal(pull.pickWeight(STAMP, STAMP.header, { ...hit, hit: "x" }), null);
  assert.deepEqual(pickGate({ ...hit, name: "all-f", lane: 1 }), { gate: "f", neuron: 2, lane: 1 });
  assert.equal(pickGate({ ...hit, name: "all-g" }), null);
  const one = { gate: "f", neuron: null, lane: 1, at: "0" };
  assert.deepEqual(addHold([one], { ...one, at: "1" }), [{ ...one, at: "1" }]);
  assert.deepEqual(dropHold([one], one), []);
});

test("the default run has memorised: reversed numbers do not come out again at any epoch", () => {
  const judge = (own) => {
    const { scene, moment } = drawChanged(RECORDED, { ...NOTHING, own });
    return { ...judgeMoment(RECORDED, scene, moment), from: findEcho(scene) };
  };
  const { verdict, error, ownError, share, from } = judge(ARRANGE.reverse(RECORDED.header.x));
  assert.deepEqual([verdict, from], ["memorised", null]);
  assert.ok(error > 0.2 && ownError < 0.05 && share < 0.75);
  const own = judge(null);
  assert.equal(own.verdict, "same");
  assert.ok(own.from > 0 && own.from < 1000, "it learns its own before the end");
  const untrained = deriveScene(RECORDED, { ...NOTHING, own: [0.5, 0.1, 0.9, 0.2, 0.7] });
  assert.equal(judgeMoment(RECORDED, untrained, findMoment(untrained, 0)).verdict, "untrained");
});

test("a model that hands on what comes in follows", () => {
  const { header } = SAMPLES;
  const y = [0.5, 0.1, 0.9, 0.2, 0.7, 0.3];
  const scene = { header: { ...header, targets: y } };
  const moment = { flat: SAMPLES.weights.subarray(0, SAMPLES.size), trace: { y } };
  assert.equal(judgeMoment(SAMPLES, scene, moment).verdict, "follows");
});

test("numbers are rearranged, and stay in bounds", () => {
  const x = [0, 0.2, 0.4, 9];
  assert.deepEqual(ARRANGE.reverse(x), [9, 0.4, 0.2, 0]);
  assert.deepEqual([...ARRANGE.shuffle(x, () => 0.999)].sort(), [...x].sort());
  assert.notDeepEqual(ARRANGE.shuffle(x, () => 0.999), x);
  assert.equal(new Set(ARRANGE.equal(x)).size, 1);
  assert.deepEqual([ARRANGE.longer(x).length, ARRANGE.shorter(x).length, ARRANGE.shorter([1]).length], [5, 3, 1]);
  assert.deepEqual([COPIES, BLOCK, SAMPLES].map(({ header }) => listArrangements(header).length), [1, 4, 6]);
  assert.ok(ARRANGE.outside(x).every((value) => value >= 1 && value <= 10));
});

test("lists are read as people type and paste them", () => {
  const six = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
  const good = [
    "0.1 0.2 0.3 0.4 0.5 0.6",
    "0.1,0.2,0.3,0.4,0.5,0.6",
    "0,1 0,2 0,3 0,4 0,5 0,6",
    "0,1;0,2;0,3;0,4;0,5;0,6",
    "0,1\n0,2\n0,3\n0,4\n0,5\n0,6\n",
    "[.1, .2, .3, .4, .5, .6]",
    "0,1; 0,2; 0,3; 0,4; 0,5; 0,6",
    "0.1\t0.2\t0.3\t0.4\t0.5\t0.6",
    "0.1，0.2，0.3、0.4；0.5；0.6",
  ];
  for (const text of good) assert.deepEqual(readList(text, STAMP.header), { numbers: six }, text);
  assert.deepEqual(readList("1,2,3", STAMP.header), { numbers: [1, 2, 3] });
  assert.deepEqual(readList("1, 2, 3,", STAMP.header), { numbers: [1, 2, 3] });
  assert.deepEqual(readList("−1e-3 5", STAMP.header), { numbers: [-0.001, 5] });
  assert.deepEqual(readList("0,25", COPIES.header), { numbers: [0.25] });
  const wrong = (text, scene) => readList(text, scene.header).wrong;
  assert.deepEqual(["", "a b", "1 inf", "1 11", "1 NaN", "1 ".repeat(51)].map((text) => wrong(text, STAMP)), [
    "list_empty", "list_word", "list_word", "list_far", "list_word", "list_long"]);
  assert.deepEqual([BLOCK, FLAT, CARDS, COPIES].map((scene) => wrong("1 2", scene)), [
    "list_count_block", "list_count_block", "list_count_cards", "list_count_copy"]);
  assert.deepEqual(readList("1 2", SAMPLES.header), { numbers: [1, 2] });
  for (const { scene } of SCENES) {
    for (const key of ["list_empty", `list_count_block`, "list_far"]) assert.ok(scene.header.texts[key]);
  }
});

test("who shares can come apart, who reads its own lane takes any number", () => {
  const headers = [STAMP, CARDS, BLOCK, FLAT, SAMPLES, COPIES].map(({ header }) => header);
  assert.deepEqual(headers.map(canUnglue), [true, false, false, false, false, true]);
  assert.deepEqual(headers.map(canChangeLength), [true, false, false, false, true, false]);
});

test("what Python lets a link say is what the stage reads and says again", () => {
  for (const { scene, links } of SCENES) {
    assert.ok(links.length >= 4);
    for (const link of links) {
      const { tool, changes } = readTool(scene.header, link);
      assert.deepEqual(tellTool(tool, changes), link);
    }
  }
});

test("whatever a link says of a tool, the view exists", () => {
  const texts = ["", "x", "1_x", "inf", "999v1", "3t99v1", "f-9-9-0", "f-all-all-2", "1_".repeat(99)];
  for (const bad of [...texts, 7, null, {}, []]) {
    for (const tool of ["echo", "pull", "hold", "kitchen", bad]) {
      for (const { scene } of SCENES) {
        const { changes } = readTool(scene.header, { tool, own: bad, pulled: bad, held: bad });
        const { moment } = drawChanged(scene, changes);
        assert.ok(moment.trace.y.every(Number.isFinite));
      }
    }
  }
  const look = { tool: "echo", own: "1_2_3_4_5_6_7_8", step: 8 };
  const view = { ...viewOf(STAMP), ...readLook(STAMP, look, 16) };
  assert.equal(view.step, 7);
  assert.deepEqual(tellLook(deriveScene(STAMP, view.changes), view), { tool: "echo", own: "1_2_3_4_5_6_7_8" });
});
