/** The page's address: corrected in place, in step with the stage, copied, reset; see address.py. */

/**
 * @typedef {object} AddressData
 * @property {string} entry           another one whenever there is something to look after
 * @property {string} query           what the address says of the choices
 * @property {string} view            what it says of the stage, after corrections
 * @property {boolean} isAdopted      whether the choices came from the address
 * @property {string[]} choiceNames   names that belong to the choices, of which some are
 * @property {string[]} experimentNames   those of the experiment, and
 * @property {string[]} viewNames     names that belong to the stage
 * @property {string} defaults        what the address says of the experiment after Reset
 * @property {string} language
 * @property {string} htmlLanguage
 * @property {Record<string, string>} texts
 */
/** @typedef {{ data: [AddressData] | null, parentElement: HTMLElement | ShadowRoot }} AddressComponent */

/** What the stage shows, as it says itself; empty while it rests where it begins. */
let view = new URLSearchParams();
/** The experiment before the last Reset, as it stands in an address; `null` when there is nothing to undo. */
let beforeReset = /** @type {string | null} */ (null);
let data = /** @type {AddressData | null} */ (null);
let parts = /** @type {ReturnType<typeof buildParts> | null} */ (null);

/** @param {string | URLSearchParams} query @param {string[]} names */
function pick(query, names) {
  return new URLSearchParams([...new URLSearchParams(query)].filter(([name]) => names.includes(name)));
}

/** @param {string | URLSearchParams} query @param {string[]} names */
function leaveOut(query, names) {
  return new URLSearchParams([...new URLSearchParams(query)].filter(([name]) => !names.includes(name)));
}

/** @param {(string | URLSearchParams)[]} queries */
function joinAddress(...queries) {
  const query = queries.map(String).filter(Boolean).join("&");
  return location.pathname + (query && `?${query}`) + location.hash;
}

/** @param {AddressData} known */
function writeAddress(known) {
  const others = leaveOut(location.search, [...known.choiceNames, ...known.viewNames]);
  const address = joinAddress(others, known.query, view);
  if (address === location.pathname + location.search + location.hash) return;
  try {
    history.replaceState(history.state, "", address);
  } catch {
    // A browser refuses more than so many changes in a row; the next one writes it all.
  }
}

/** @param {AddressData} next */
function followEntry(next) {
  const before = data;
  data = next;
  if (before?.entry === next.entry) return;
  const isSame = before && sameExperiment(before.query, next.query, next);
  if (next.isAdopted) {
    const asked = pick(location.search, next.viewNames);
    view = isSame ? asked : new URLSearchParams(next.view);
    if (isSame) window.dispatchEvent(new CustomEvent("echoviz:show", { detail: Object.fromEntries(asked) }));
  } else if (!isSame) view = new URLSearchParams();
  writeAddress(next);
}

/** @param {string} one @param {string} other @param {AddressData} known */
function sameExperiment(one, other, known) {
  return String(pick(one, known.experimentNames)) === String(pick(other, known.experimentNames));
}

/**
 * Streamlit takes it for a step through the history: it asks for a run with this address.
 * @param {string} experiment
 */
function goTo(experiment) {
  if (!data) return;
  const others = leaveOut(location.search, [...data.experimentNames, ...data.viewNames]);
  history.pushState({}, "", joinAddress(experiment, others));
  window.dispatchEvent(new PopStateEvent("popstate"));
}

function reset() {
  if (!data || sameExperiment(data.query, data.defaults, data)) return;
  beforeReset = String(pick(data.query, data.experimentNames));
  goTo(data.defaults);
}

function undo() {
  const experiment = beforeReset;
  beforeReset = null;
  if (experiment !== null) goTo(experiment);
}

/** @param {CustomEvent<Record<string, string | number | null>>} event */
function followStage(event) {
  const said = Object.entries(event.detail).filter(([, value]) => value !== null && value !== undefined);
  view = new URLSearchParams(said.map(([name, value]) => [name, String(value)]));
  if (data) writeAddress(data);
}

async function copyLink() {
  if (!data || !parts) return;
  const { field, said } = parts;
  const others = leaveOut(location.search, [...data.choiceNames, ...data.viewNames]);
  const query = new URLSearchParams(data.query);
  query.set("lang", data.language);
  field.value = location.origin + joinAddress(others, query, view);
  field.hidden = false;
  field.select();
  field.hidden = await writeClipboard(field.value);
  said.textContent = field.hidden ? data.texts.copied : data.texts.copy_by_hand;
  if (!field.hidden) field.select();
}

/**
 * Whether the link, which is selected, came into the clipboard: a frame in another page may be refused both ways.
 * @param {string} link
 */
async function writeClipboard(link) {
  try {
    await navigator.clipboard.writeText(link);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}

/** @param {AddressComponent["parentElement"]} parent */
function buildParts(parent) {
  const bar = /** @type {HTMLElement} */ (parent.querySelector(".echoviz-address"));
  /** @param {string} name @param {() => void} act */
  const makeButton = (name, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.do = name;
    button.addEventListener("click", act);
    bar.append(button);
    return button;
  };
  const buttons = {
    reset: makeButton("reset", reset),
    undo: makeButton("undo", undo),
    copy: makeButton("copy", copyLink),
  };
  const field = document.createElement("input");
  field.readOnly = true;
  field.hidden = true;
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  bar.append(said, field);
  return { ...buttons, bar, field, said };
}

/** @param {AddressData} known @param {ReturnType<typeof buildParts>} drawn */
function nameParts({ texts }, drawn) {
  drawn.reset.textContent = texts.reset;
  drawn.reset.title = texts.reset_help;
  drawn.undo.textContent = texts.undo;
  drawn.copy.textContent = texts.copy;
  drawn.copy.title = texts.copy_help;
  drawn.field.setAttribute("aria-label", texts.copy_by_hand);
}

/** Undo is there as long as the experiment is the one that Reset made. @param {AddressData} known */
function canUndo(known) {
  if (beforeReset === null) return false;
  const isReset = sameExperiment(known.query, known.defaults, known);
  if (!isReset && !sameExperiment(known.query, beforeReset, known)) beforeReset = null;
  return isReset && beforeReset !== null;
}

/** @param {AddressData} known @param {ReturnType<typeof buildParts>} drawn */
function clearWords(known, drawn) {
  if (known.query === data?.query) return;
  drawn.said.textContent = "";
  drawn.field.hidden = true;
}

window.addEventListener("echoviz:view", (event) => followStage(/** @type {CustomEvent} */ (event)));

/**
 * Called for each new data with the same parent: only the first call builds.
 * @param {AddressComponent} component
 */
export default function keepAddress(component) {
  const known = component.data?.[0];
  if (!known) return;
  const { parentElement } = component;
  if (!parts || !parentElement.contains(parts.bar)) parts = buildParts(parentElement);
  clearWords(known, parts);
  followEntry(known);
  nameParts(known, parts);
  parts.undo.hidden = !canUndo(known);
  document.documentElement.lang = known.htmlLanguage;
}
