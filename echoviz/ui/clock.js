/** Several trainings on one clock: one slider moves all of them, without a word to the server; see clock.py. */

/**
 * @typedef {object} Track
 * @property {string} name
 * @property {[string, string]} colors    on a light and on a dark page
 * @property {number[]} lossEpochs
 * @property {number[]} losses            after those epochs
 * @property {number[]} epochs
 * @property {number[][]} answers         after these epochs
 * @property {number[]} targets
 * @property {string} facts               what does not move: weights, seconds
 */
/** @typedef {{ tracks: Track[], texts: Record<string, string> }} ClockData */
/** @typedef {{ data: [ClockData] | null, parentElement: HTMLElement | ShadowRoot }} ClockComponent */

const SVG = "http://www.w3.org/2000/svg";
const PLOT = { height: 190, left: 46, right: 12, top: 10, bottom: 24 };
const CARD = { width: 220, height: 96, room: 8 };
const PLAY_MS = 4000;
const LEAST_LOSS = 1e-16;
const PRINTED_AT_MOST = 10;

/** @type {WeakMap<object, ReturnType<typeof buildClock>>} */
const clocks = new WeakMap();

/** @param {string} name @param {Record<string, string | number>} [attributes] @param {string} [text] */
function makeShape(name, attributes = {}, text = "") {
  const shape = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, String(value));
  if (text) shape.textContent = text;
  return shape;
}

/** @param {string} name @param {string} className @param {string} [text] */
function makeElement(name, className, text = "") {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}

/** The place of the last number that is not above `limit`. @param {number[]} ascending @param {number} limit */
function findAt(ascending, limit) {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ascending[middle] <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** As `print_loss` in Python. @param {number} loss */
function printLoss(loss) {
  if (!Number.isFinite(loss)) return "NaN";
  if (loss && (loss < 0.001 || loss >= 999.5)) return loss.toExponential(1).replace("e+", "e").replaceAll("-", "−");
  return loss ? loss.toPrecision(3) : "0.00";
}

/** @param {number} count */
const printCount = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");

/** @param {number} value */
const printShort = (value) => (Math.abs(value) < 0.05 ? 0 : value).toFixed(1).replace("-", "−");

/** Every epoch at which something of a track is known, ascending. @param {Track[]} tracks */
function joinEpochs(tracks) {
  return [...new Set(tracks.flatMap(({ epochs }) => epochs))].sort((one, other) => one - other);
}

/** @param {Track[]} tracks @param {number} width */
function makeScales(tracks, width) {
  const last = Math.max(1, ...tracks.map(({ lossEpochs }) => lossEpochs[lossEpochs.length - 1]));
  const logs = tracks.flatMap(({ losses }) => losses.map((loss) => Math.log10(Math.max(loss, LEAST_LOSS))));
  const [low, high] = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))];
  const [across, down] = [width - PLOT.left - PLOT.right, PLOT.height - PLOT.top - PLOT.bottom];
  return {
    last,
    low,
    high: Math.max(high, low + 1),
    /** @param {number} epoch */
    x: (epoch) => PLOT.left + (across * Math.log1p(epoch)) / Math.log1p(last),
    /** @param {number} loss */
    y(loss) {
      const share = (Math.log10(Math.max(loss, LEAST_LOSS)) - low) / (this.high - low);
      return PLOT.top + down * (1 - share);
    },
  };
}

/** @param {SVGElement} svg @param {ReturnType<typeof makeScales>} scales @param {number} width */
function drawAxes(svg, scales, width) {
  const stride = Math.max(1, Math.round((scales.high - scales.low) / 4));
  for (let power = scales.low; power <= scales.high; power += stride) {
    const y = scales.y(10 ** power);
    svg.append(makeShape("line", { class: "grid", x1: PLOT.left, x2: width - PLOT.right, y1: y, y2: y }));
    const label = power >= -2 && power <= 2 ? String(10 ** power) : `1e${power}`.replace("-", "−");
    svg.append(makeShape("text", { class: "tick", x: PLOT.left - 6, y: y + 4, "text-anchor": "end" }, label));
  }
  const base = PLOT.height - 6;
  for (const epoch of [0, 1, 10, 100, 1000, 10000].filter((each) => each <= scales.last)) {
    const place = { class: "tick", x: scales.x(epoch), y: base, "text-anchor": "middle" };
    svg.append(makeShape("text", place, printCount(epoch)));
  }
}

/** @param {SVGElement} svg @param {ClockData} data @param {number} width */
function drawLosses(svg, data, width) {
  const scales = makeScales(data.tracks, width);
  svg.setAttribute("viewBox", `0 0 ${width} ${PLOT.height}`);
  svg.replaceChildren();
  drawAxes(svg, scales, width);
  data.tracks.forEach(({ lossEpochs, losses }, place) => {
    const points = lossEpochs.map((epoch, at) => `${scales.x(epoch).toFixed(1)},${scales.y(losses[at]).toFixed(1)}`);
    svg.append(makeShape("polyline", { class: "curve", "data-track": place, points: points.join(" ") }));
  });
  const cursor = makeShape("line", { class: "cursor", y1: PLOT.top, y2: PLOT.height - PLOT.bottom });
  const dots = data.tracks.map((_, place) => makeShape("circle", { class: "dot", r: 4.5, "data-track": place }));
  svg.append(cursor, ...dots);
  return { scales, cursor, dots };
}

/** @param {Track[]} tracks */
function makeHeights(tracks) {
  const values = tracks.flatMap(({ answers, targets }) => [...targets, ...answers[answers.length - 1], 0]);
  const [low, high] = [Math.max(-1, Math.min(...values)), Math.min(2, Math.max(...values, 0.1))];
  const across = CARD.height - 2 * CARD.room;
  return (/** @type {number} */ value) =>
    CARD.height - CARD.room - (across * (Math.min(high + 0.2, Math.max(low - 0.2, value)) - low)) / (high - low);
}

/** @param {Track} track @param {number} place @param {(value: number) => number} height */
function buildCard(track, place, height) {
  const card = makeElement("section", "card");
  card.dataset.track = String(place);
  card.append(makeElement("h3", "name", track.name));
  const said = makeElement("p", "said");
  const plot = makeShape("svg", { viewBox: `0 0 ${CARD.width} ${CARD.height}`, "aria-hidden": "true" });
  const step = CARD.width / track.targets.length;
  const radius = Math.min(6, step / 3);
  const places = track.targets.map((_, at) => (at + 0.5) * step);
  const gaps = places.map((x, at) => makeShape("line", { class: "gap", x1: x, x2: x, y1: height(track.targets[at]) }));
  const rings = places.map((x, at) =>
    makeShape("circle", { class: "ring", r: radius, cx: x, cy: height(track.targets[at]) }));
  const dots = places.map((x) => makeShape("circle", { class: "answer", r: radius * 0.65, cx: x }));
  plot.append(...gaps, ...rings, ...dots);
  const numbers = makeElement("p", "numbers");
  card.append(said, plot, numbers, makeElement("p", "facts", track.facts));
  return { card, said, numbers, gaps, dots };
}

/** @param {HTMLElement | ShadowRoot} parent */
function buildClock(parent) {
  const root = /** @type {HTMLElement} */ (parent.querySelector(".clock"));
  const plot = /** @type {SVGElement} */ (makeShape("svg", { class: "losses", role: "img" }));
  const bar = makeElement("div", "bar");
  const play = /** @type {HTMLButtonElement} */ (makeElement("button", "play"));
  play.type = "button";
  const slider = document.createElement("input");
  slider.type = "range";
  const epoch = makeElement("output", "epoch");
  const cards = makeElement("div", "cards");
  bar.append(play, slider, epoch);
  const caption = makeElement("p", "caption");
  root.replaceChildren(caption, plot, bar, cards);
  const clock = {
    root, caption, plot, play, slider, epoch, cards,
    data: /** @type {ClockData | null} */ (null),
    epochs: [0],
    parts: /** @type {ReturnType<typeof buildCard>[]} */ ([]),
    losses: /** @type {ReturnType<typeof drawLosses> | null} */ (null),
    height: /** @type {(value: number) => number} */ ((value) => value),
    frame: 0,
    watch: /** @type {ResizeObserver | null} */ (null),
  };
  slider.addEventListener("input", () => {
    stop(clock);
    show(clock);
  });
  play.addEventListener("click", () => (clock.frame ? stop(clock) : start(clock)));
  clock.watch = new ResizeObserver(() => redraw(clock));
  clock.watch.observe(root);
  return clock;
}

/** @typedef {ReturnType<typeof buildClock>} Clock */

/** @param {Clock} clock */
function redraw(clock) {
  if (!clock.data?.tracks.length) return;
  clock.losses = drawLosses(clock.plot, clock.data, Math.max(280, clock.root.clientWidth));
  show(clock);
}

/** Everything that moves, at the slider's epoch. @param {Clock} clock */
function show(clock) {
  const { data, losses } = clock;
  if (!data || !losses) return;
  const epoch = clock.epochs[Number(clock.slider.value)] ?? 0;
  const words = `${data.texts.epoch} ${printCount(epoch)}`;
  clock.root.dataset.epoch = String(epoch);
  clock.epoch.textContent = words;
  clock.slider.setAttribute("aria-valuetext", words);
  for (const name of ["x1", "x2"]) losses.cursor.setAttribute(name, String(losses.scales.x(epoch)));
  data.tracks.forEach((track, place) => showTrack(clock, track, place, epoch));
}

/** @param {Clock} clock @param {Track} track @param {number} place @param {number} epoch */
function showTrack({ data, losses, parts, height }, track, place, epoch) {
  const at = findAt(track.lossEpochs, epoch);
  const answers = track.answers[findAt(track.epochs, epoch)];
  const [loss, reached] = [track.losses[at], track.lossEpochs[at]];
  const { card, said, numbers, gaps, dots } = parts[place];
  const dot = losses?.dots[place];
  dot?.setAttribute("cx", String(losses?.scales.x(reached)));
  dot?.setAttribute("cy", String(losses?.scales.y(loss)));
  card.dataset.loss = String(loss);
  card.dataset.answers = answers.join(" ");
  const isOver = epoch > track.epochs[track.epochs.length - 1];
  const over = isOver ? ` · ${data?.texts.over} ${printCount(reached)}` : "";
  said.textContent = `${data?.texts.loss} ${printLoss(loss)}${over}`;
  answers.forEach((answer, step) => {
    dots[step].setAttribute("cy", String(height(answer)));
    gaps[step].setAttribute("y2", String(height(answer)));
  });
  numbers.textContent = answers.length > PRINTED_AT_MOST ? "" : answers.map(printShort).join("  ");
}

/** @param {Clock} clock */
function start(clock) {
  const last = clock.epochs.length - 1;
  if (Number(clock.slider.value) >= last) clock.slider.value = "0";
  const [from, began] = [Number(clock.slider.value), performance.now()];
  /** @param {number} now */
  const tick = (now) => {
    const value = Math.min(last, from + (last * (now - began)) / PLAY_MS);
    clock.slider.value = String(Math.round(value));
    show(clock);
    if (value < last) clock.frame = requestAnimationFrame(tick);
    else stop(clock);
  };
  clock.frame = requestAnimationFrame(tick);
  clock.play.textContent = clock.data?.texts.pause ?? "";
}

/** @param {Clock} clock */
function stop(clock) {
  cancelAnimationFrame(clock.frame);
  clock.frame = 0;
  clock.play.textContent = clock.data?.texts.play ?? "";
}

/** @param {Clock} clock @param {ClockData} data */
function adopt(clock, data) {
  const before = JSON.stringify(clock.data?.tracks);
  clock.data = data;
  if (JSON.stringify(data.tracks) !== before) {
    stop(clock);
    clock.epochs = joinEpochs(data.tracks);
    clock.slider.max = String(clock.epochs.length - 1);
    clock.slider.value = clock.slider.max;
  }
  clock.height = makeHeights(data.tracks);
  clock.parts = data.tracks.map((track, place) => buildCard(track, place, clock.height));
  clock.cards.replaceChildren(...clock.parts.map(({ card }) => card));
  data.tracks.forEach(({ colors }, place) => {
    clock.root.style.setProperty(`--track-${place}`, `light-dark(${colors[0]}, ${colors[1]})`);
  });
  clock.play.textContent = clock.frame ? data.texts.pause : data.texts.play;
  clock.root.style.setProperty("--tracks", String(data.tracks.length));
  clock.caption.textContent = data.texts.axis;
  clock.slider.setAttribute("aria-label", data.texts.epoch);
  clock.plot.setAttribute("aria-label", data.texts.described);
  redraw(clock);
}

/**
 * Called for each new data with the same parent: only the first call builds.
 * @param {ClockComponent} component
 */
export default function mountClock({ data, parentElement }) {
  const known = data?.[0];
  if (!known) return undefined;
  const clock = clocks.get(parentElement) ?? buildClock(parentElement);
  clocks.set(parentElement, clock);
  adopt(clock, known);
  return () => {
    stop(clock);
    clock.watch?.disconnect();
    clocks.delete(parentElement);
  };
}
