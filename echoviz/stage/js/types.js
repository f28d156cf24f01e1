/**
 * The words that the modules share; types only, so the joined script leaves this file out.
 *
 * `setTriggerValue` is there on the page only: it asks the server for something.
 * @typedef {{ data: Uint8Array | null, parentElement: ParentNode & Node,
 *   setTriggerValue?: (name: string, value: unknown) => void }} Component
 * @typedef {{ name: string, layer: string, axes: string[], shape: number[], kerasShape: (number | null)[] }} Tensor
 * @typedef {{ name: string, code: string, outShape: (number | null)[], weights: number }} Layer
 * One pass through the LSTM cell: a timestep, or a sample of one timestep. `input` says which number of X goes in.
 * @typedef {{ sample: number, step: number, fresh: boolean, input: number }} Lane
 * One number that comes out: it reads the hidden states of lanes `first` to `last` with the column `column` of the
 * head's weights, and stands above `lane`; null if it belongs to no lane more than to another.
 * @typedef {{ first: number, last: number, column: number, lane: number | null }} Answer
 * Where the head's weights stand: kernel[row, column] at row·rowStride + column·columnStride.
 * @typedef {{ rows: number, columns: number, rowStride: number, columnStride: number }} Head
 * @typedef {{ framing: string, head: string, LSTM: number, Dense: number, isChosen: boolean }} Paid
 * What is looked at, as a link says it: counted from 1, and what is absent is as the stage opens.
 * @typedef {{ step?: number, epoch?: number, panel?: string, neuron?: number, output?: number,
 *   tool?: string, own?: string, pulled?: string, held?: string, weight?: string }} Look
 * A weight that was pulled: its place in Keras' row, and the timestep whose own copy it is, null for all.
 * @typedef {{ at: number, step: number | null, value: number }} Pull
 * A gate that is held; null means all neurons, all lanes.
 * @typedef {{ gate: "i" | "f" | "o", neuron: number | null, lane: number | null, at: "0" | "1" | "mean" }} Hold
 * What a visitor changed by hand; `unglued`: each timestep has a copy of the head's weights; `weight` is the place in
 * Keras' row of the one whose learning is looked at, null for the first of the head.
 * @typedef {{ own: number[] | null, unglued: boolean, pulled: Pull[], held: Hold[], weight: number | null }} Changes
 * @typedef {{ name: string, background: string, surface: string, line: string, ink: string, ink_soft: string,
 *   accent: string, state: string, weights: string, target: string, wrong: string, positive: string[],
 *   negative: string[], gates: Record<string, string>, framings: Record<string, string> }} Palette
 * `xBefore` are the experiment's own numbers where the visitor gave others.
 * @typedef {{ experiment: Record<string, string>, words: { framing: string, head: string }, key: string,
 *   identity: string, digest: string, provenance: string, ending: string | null, epochsDone: number, x: number[],
 *   xBefore?: number[], targets: number[], lanes: Lane[], answers: Answer[], layers: Layer[],
 *   tensors: Tensor[], weightShapes: number[][], head: Head, samples: number, sequences: number, delay: number,
 *   snapshotEpochs: number[],
 *   snapshotLosses: (number | null)[], snapshotsTotal: number, lossCount: number,
 *   lowest: { epoch: number, loss: number } | null, paid: Paid[], view: Look | null, language: string,
 *   texts: Record<string, string>, palettes: Record<string, Palette>, fonts: { text: string, numbers: string },
 *   durations: { moment: number, move: number }, valueLimit: number }} Header
 * How answers are made: one card pressed on every lane, a card of its own for each lane, a block whose columns all
 * read the last h, or a block whose columns read every h.
 * @typedef {"stamp" | "cards" | "block" | "flat"} Kind
 * @typedef {{ header: Header, kind: Kind, unit: "sample" | "timestep", repeats: boolean, passedOn: boolean[],
 *   length: number, neurons: number, losses: Float32Array, lossEpochs: Float32Array, weights: Float32Array,
 *   size: number, moments: Map<number, Moment>,
 *   spread: (flat: Float32Array) => Float32Array }} Scene
 * @typedef {{ kernel: Float32Array, recurrent: Float32Array, bias: Float32Array, headKernel: Float32Array,
 *   headBias: Float32Array, neurons: number, head: Head }} Weights
 * Inner values lie lane after lane; `x` is what goes into each.
 * @typedef {{ neurons: number, x: number[], i: Float64Array, f: Float64Array, g: Float64Array, o: Float64Array,
 *   c: Float64Array, h: Float64Array, y: Float64Array }} Trace
 * One moment of training: weights and all that follows from them; null while unknown. `flat` is Keras' row, `was` the
 * trained moment where this one has pulled weights or held gates.
 * @typedef {{ epoch: number, loss: number | null, flat: Float32Array | null, weights: Weights | null,
 *   trace: Trace | null, was: Moment | null }} Moment
 * What is pointed at: the weights of a neuron (-1: the bias), of a column, of what a lane's h meets, of one answer.
 * @typedef {{ neuron: number | null, column: number | null, lane: number | null, place: number | null }} Highlight
 * `phase` runs from 0 to 1 while the current step is computed; 1 is rest. `between` is an epoch between two snapshots:
 * its loss is told, and the nearest snapshot is drawn.
 * @typedef {{ epochIndex: number, between: number | null, step: number, output: number, neuron: number, page: number,
 *   panel: "sum" | "cell", highlight: Highlight | null, phase: number, speed: number,
 *   live: Moment | null, tool: string | null, changes: Changes, picked: { at: number, step: number | null } | null
 *   }} View
 * @typedef {{ x: number, y: number, w: number, h: number }} Box
 * @typedef {{ width: number, height: number, narrow: boolean, gutter: number, lanesLeft: number, pitch: number,
 *   first: number, count: number, outFirst: number, neurons: number[], cellH: number, cellW: number,
 *   carryW: number, boxW: number, boxH: number, rows: { header: number, y: number, dense: number, lstm: number,
 *   x: number, xEnd: number, bottom: number }, yH: number, denseH: number, xH: number, xW: number, panel: Box,
 *   numbers: boolean }} Geometry
 * One drawn thing. `k` names it for good, so that it can move from one arrangement into the next.
 * @typedef {{ k: string, layer: string, kind: "cell" | "text" | "rect" | "path" | "circle", x: number, y: number,
 *   w?: number, h?: number, o?: number, a?: Record<string, string | number>, s?: string,
 *   d?: Record<string, string | number>, ink?: string, size?: number, name?: string }} Item
 * @typedef {{ fill: (value: number) => string, ink: (value: number) => string, palette: Palette }} Colours
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Say
 * A tool that can be picked up: `build` makes its panel when it is. `press`, `drag` and `key` say whether they did
 * something with what is pointed at; a drag gives how far it went up, in pixels.
 * @typedef {{ root: HTMLElement, render: (pic: Picture) => void, dispose?: () => void }} Bench
 * @typedef {ReturnType<typeof import("./dom/pointing.js").readHit>} Hit
 * @typedef {{ name: string, isOffered?: (app: App) => boolean, build: (app: App) => Bench,
 *   grip?: string, press?: (app: App, hit: NonNullable<Hit>) => boolean,
 *   seize?: (app: App, hit: NonNullable<Hit>) => ((up: number) => void) | null,
 *   key?: (app: App, key: string, hit: Hit) => boolean }} Tool
 * Everything a drawing function needs.
 * @typedef {{ scene: Scene, view: View, geo: Geometry, moment: Moment, colours: Colours, say: Say }} Picture
 * @typedef {{ wake: () => void, stop: () => void, start: (kind: "steps" | "epochs") => void,
 *   playing: () => ("steps" | "epochs" | null), toggle: (kind: "steps" | "epochs") => void, nudge: () => void,
 *   replay: () => void, dispose: () => void }} Motion
 * The losses of a run that is training now, as far as they are known.
 * @typedef {{ epochs: number[], losses: number[], last: number }} Grown
 * `told` is what the page was last told of the view; `settling` and `silence` are timers. `given` is the scene as
 * Python sent it, `scene` the one with the visitor's own numbers; `past` are the changes before the present ones.
 * `earlier` is a model whose answers stay beside those of the present one; `ask` asks the page for a training, null
 * where there is no page.
 * @typedef {{ parts: ReturnType<typeof import("./dom/parts.js").buildParts>, painter: ReturnType<typeof
 *   import("./dom/paint.js").makePainter>, scene: Scene, given: Scene, past: Changes[], bytes: Uint8Array,
 *   earlier: { scene: Scene, flat: Float32Array } | null, ask: ((name: string) => void) | null,
 *   view: View, windows: { first: number, outFirst: number }, theme: string, colours: Colours, width: number,
 *   grown: Grown, silence: number,
 *   settling: number, told: string, motion: Motion, say: Say,
 *   draw: (ms: number) => void, drawTracks: () => void, drawSteps: () => void, retell: () => void,
 *   change: (changes: Partial<Changes>, goesOn?: boolean) => void,
 *   show: (changes: Partial<View>, ms?: number) => void, step: (lane: number) => void,
 *   showEpoch: (index: number) => void, lookAtEpoch: (epoch: number) => void }} App
 */

export {};
