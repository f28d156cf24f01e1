// Runs in a page before its own scripts: clocks that stand where the visitor does, shadow roots included.
// The driver outside would add its own way there and back, and the time until a busy page lets it in.
window.watched = (() => {
  const roots = [document];
  const waiting = new Set();
  const look = () => {
    for (const wait of waiting) {
      if (!wait.holds()) continue;
      waiting.delete(wait);
      wait.done(performance.now());
    }
  };
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

  const find = (selector) => roots.map((root) => root.querySelector(selector)).find(Boolean);

  /** The time, in ms from navigation, of the change of the page with which `holds()` becomes true. */
  const until = (holds) =>
    new Promise((done) => {
      waiting.add({ holds, done });
      look();
    });

  /** Milliseconds from the next click to the change of the page with which `holds()` becomes true. */
  const fromClickUntil = (holds) =>
    new Promise((done) => {
      const start = (event) => until(holds).then((shown) => done(shown - event.timeStamp));
      document.addEventListener("click", start, { capture: true, once: true });
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

  return { find, until, fromClickUntil, findLongestSilence };
})();
