import assert from "node:assert/strict";
import { test } from "node:test";
import * as layout from "../../echoviz/stage/js/draw/layout.js";
import { BLOCK, COPIES, SAMPLES, SCENES, STAMP, geoOf, viewOf } from "./scenes.mjs";

const WIDTHS = [340, 390, 720, 999, 1000, 1240, 1360];

test("every lane stands inside the drawing, whatever its width", () => {
  for (const { scene } of SCENES) {
    for (const width of WIDTHS) {
      const geo = geoOf(scene, width);
      const right = geo.narrow ? width : geo.panel.x;
      for (const lane of layout.shownLanes(geo)) {
        assert.ok(layout.boxLeft(geo, lane) >= geo.gutter);
        assert.ok(layout.boxLeft(geo, lane) + geo.boxW <= right);
        assert.ok(Math.abs(layout.hiddenMiddle(geo, lane) - layout.boxLeft(geo, lane)) < geo.boxW);
      }
    }
  }
});

test("rows stand above each other: answers, head, LSTM, X", () => {
  for (const { scene } of SCENES) {
    const { rows, boxH, denseH, yH } = geoOf(scene);
    const [answers, head] = [rows.y + yH, rows.dense + denseH];
    const order = [rows.header, rows.y, answers, rows.dense, head, rows.lstm, rows.lstm + boxH, rows.x];
    assert.deepEqual([...order].sort((one, other) => one - other), order);
    assert.ok(rows.xEnd > rows.x && rows.bottom > rows.xEnd);
  }
});

test("numbers of X stand in a row of timesteps, a column of samples, or alone", () => {
  const boxes = (scene) => scene.header.x.map((_, input) => layout.inputBox(geoOf(scene), scene, input));
  assert.equal(new Set(boxes(STAMP).map(({ y }) => y)).size, 1);
  assert.equal(new Set(boxes(SAMPLES).map(({ x }) => x)).size, 1);
  assert.equal(new Set(boxes(SAMPLES).map(({ y }) => y)).size, 6);
  const [alone] = boxes(COPIES);
  assert.ok(alone.y > layout.entryBox(geoOf(COPIES), 0).y);
});

test("a window follows the step, and in a block another follows the output", () => {
  const long = { ...BLOCK, length: 50 };
  const geo = layout.layoutStage(390, long, viewOf(long, { step: 30, output: 4 }), { first: 0, outFirst: 0 });
  assert.ok(geo.count < 50);
  assert.ok(geo.first <= 30 && 30 < geo.first + geo.count);
  assert.ok(geo.outFirst <= 4 && 4 < geo.outFirst + geo.count);
  const stays = layout.layoutStage(390, long, viewOf(long, { step: 30, output: 4 }), geo);
  assert.equal(stays.first, geo.first);
});

test("more neurons than fit come in pages", () => {
  const many = { ...STAMP, neurons: 40 };
  const page = (at) => layout.layoutStage(1240, many, viewOf(many, { page: at }), { first: 0, outFirst: 0 }).neurons;
  assert.deepEqual([page(0)[0], page(0).length], [0, 16]);
  assert.deepEqual([page(2)[0], page(2).length], [24, 16]);
});
