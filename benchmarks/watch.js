// Runs in a page before its own scripts: clocks that stand where the visitor does, shadow roots included.
// The driver outside would add its own way there and back, and the time until a busy page lets it in.
window.watched = (() => {
  const PATIENCE_MS = 60_000;
  const roots = [document];
  const waiting = new Set();
  let changed = performance.now();
  const look = () => {
    changed = performance.now();
    for (const wait of waiting) {
      if (!wait.holds()) continue;
      waiting.delete(wait);
      onPainted(wait.done);
    }
  };
  // What stands in the page is seen once the frame has been painted: the first task after it.
  const onPainted = (then) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => then(performance.now());
      channel.port2.postMessage(null);
    });
  const observer = new MutationObserver(look);
  const observe = (root) =>
    observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
  observe(document);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options);
    roots.push(root);
    observe(root);
    return root;
  };

  // A drawing that was taken away keeps its last state.
  const isThere = (root) => root === document || root.host.isConnected;
  const find = (selector) =>
    roots
      .filter(isThere)
      .map((root) => root.querySelector(selector))
      .find(Boolean);

  const describePage = () => {
    const stages = roots.filter(isThere).map((root) => ({ ...root.querySelector(".stage")?.dataset }));
    return [location.href, document.body.innerText.slice(0, 1500), JSON.stringify(stages)].join("\n");
  };

  /** When the change with which `holds()` becomes true has been painted, in ms from navigation. */
  const until = (holds) =>
    new Promise((done, fail) => {
      waiting.add({ holds, done });
      const giveUp = () => fail(new Error(`not within ${PATIENCE_MS} ms: ${holds}\n${describePage()}`));
      setTimeout(giveUp, PATIENCE_MS);
      look();
    });

  /** Milliseconds from the next press until the change with which `holds()` becomes true is painted. */
  const fromPressUntil = (holds) =>
    new Promise((done, fail) => {
      const start = (event) => until(holds).then((shown) => done(shown - event.timeStamp), fail);
      document.addEventListener("pointerdown", start, { capture: true, once: true });
    });

  /** When the page has not changed for `restMs`. */
  const untilRests = (restMs) =>
    new Promise((done) => {
      const ask = () => {
        const left = changed + restMs - performance.now();
        if (left > 0) setTimeout(ask, left);
        else done();
      };
      ask();
    });

  /** The longest time, in ms, in which no event was answered, of all that began before `end` ms. */
  const findLongestSilence = (end) =>
    new Promise((done) => {
      let longest = 0;
      let last = performance.now();
      const tick = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        if (now < end) setTimeout(tick, 5);
        else done(longest);
      };
      tick();
    });

  return { find, until, fromPressUntil, untilRests, findLongestSilence };
})();
