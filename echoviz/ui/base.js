/** Where the server's own files are, there it answers: whatever path a proxy keeps or strips. */
export function findBase() {
  const own = [...document.scripts].map((script) => script.src).find((source) => source.includes("/static/js/"));
  return own ? own.slice(0, own.indexOf("/static/js/") + 1) : new URL("./", location.href).href;
}
