/**
 * The words that the modules share; types only, so the joined script leaves this file out.
 *
 * @typedef {{ data: Uint8Array | null, parentElement: ParentNode & Node,
 *   setTriggerValue?: (name: string, value: unknown) => void }} Component
 * @typedef {{ name: string, layer: string, axes: string[], shape: number[], kerasShape: (number | null)[] }} Tensor
 * @typedef {Record<string, string | string[] | Record<string, string>>} RawPalette
 * @typedef {{ name: string, background: string, surface: string, line: string, ink: string, ink_soft: string,
 *   accent: string, state: string, weights: string, target: string, wrong: string, positive: string[],
 *   negative: string[], gates: Record<string, string>, framings: Record<string, string> }} Palette
 * @typedef {"one-to-one" | "many-to-one" | "many-to-many"} Framing
 * @typedef {{ experiment: Record<string, string>, key: string, digest: string, provenance: string,
 *   ending: string | null, epochsDone: number, sequence: number[], tensors: Tensor[], weightShapes: number[][],
 *   snapshotEpochs: number[], snapshotLosses: (number | null)[], snapshotsTotal: number, lossCount: number,
 *   paid: Record<string, { LSTM: number, Dense: number }>, language: string, texts: Record<string, string>,
 *   palettes: Record<string, Palette>, fonts: { text: string, numbers: string },
 *   durations: { moment: number, move: number }, valueLimit: number }} Header
 * @typedef {{ header: Header, framing: Framing, length: number, neurons: number, outputs: number,
 *   losses: Float32Array, lossEpochs: Float32Array, weights: Float32Array, size: number,
 *   moments: Map<number, Moment> }} Scene
 * @typedef {{ kernel: Float32Array, recurrent: Float32Array, bias: Float32Array, denseKernel: Float32Array,
 *   denseBias: Float32Array, neurons: number, outputs: number }} Weights
 * @typedef {{ samples: number, steps: number, neurons: number, x: number[], i: Float64Array, f: Float64Array,
 *   g: Float64Array, o: Float64Array, c: Float64Array, h: Float64Array, y: Float64Array }} Trace
 * One moment of training: weights and all that follows from them. `weights` and `trace` are null while unknown.
 * @typedef {{ epoch: number, loss: number | null, weights: Weights | null, trace: Trace | null }} Moment
 * What is pointed at: a Dense weight (row, output), all of a row, all of an output; -1 is the bias row.
 * @typedef {{ row: number | null, output: number | null, lane: number | null }} Highlight
 * `phase` runs from 0 to 1 while the current step is computed; 1 is rest.
 * @typedef {{ epochIndex: number, step: number, output: number, neuron: number, page: number,
 *   panel: "dense" | "cell", highlight: Highlight | null, phase: number, speed: number,
 *   live: Moment | null }} View
 * @typedef {{ x: number, y: number, w: number, h: number }} Box
 * @typedef {{ width: number, height: number, narrow: boolean, gutter: number, lanesLeft: number, pitch: number,
 *   first: number, count: number, outFirst: number, neurons: number[], cellH: number, cellW: number,
 *   carryW: number, boxW: number, boxH: number, rows: { header: number, y: number, dense: number, lstm: number,
 *   x: number, bottom: number }, yH: number, denseH: number, xH: number, xW: number, panel: Box,
 *   numbers: boolean }} Geometry
 * One drawn thing. `k` names it for good, so that it can move from one arrangement into the next.
 * @typedef {{ k: string, layer: string, kind: "cell" | "text" | "rect" | "path" | "circle", x: number, y: number,
 *   w?: number, h?: number, o?: number, a?: Record<string, string | number>, s?: string,
 *   d?: Record<string, string | number>, ink?: string, size?: number, name?: string }} Item
 * @typedef {{ fill: (value: number) => string, ink: (value: number) => string, palette: Palette }} Colours
 * Everything a drawing function needs.
 * @typedef {{ scene: Scene, view: View, geo: Geometry, moment: Moment, colours: Colours,
 *   say: (key: string, values?: Record<string, string | number>) => string }} Picture
 * @typedef {{ wake: () => void, stop: () => void, start: (kind: "steps" | "epochs") => void,
 *   playing: () => ("steps" | "epochs" | null), toggle: (kind: "steps" | "epochs") => void, nudge: () => void,
 *   replay: () => void, dispose: () => void }} Motion
 * @typedef {{ parts: ReturnType<typeof import("./dom/parts.js").buildParts>, painter: ReturnType<typeof
 *   import("./dom/paint.js").makePainter>, scene: Scene, bytes: Uint8Array, view: View, windows: { first: number,
 *   outFirst: number }, theme: string, colours: Colours, width: number, grown: { epochs: number[], losses: number[],
 *   last: number }, silence: number, motion: Motion,
 *   draw: (ms: number) => void, drawTracks: () => void, retell: () => void,
 *   show: (changes: Partial<View>, ms?: number) => void, step: (lane: number) => void,
 *   showEpoch: (index: number) => void,
 *   say: (key: string, values?: Record<string, string | number>) => string }} App
 */

export {};
