/** What is pointed at, read from what is drawn. */

/**
 * What a drawn thing stands for.
 * @param {EventTarget | null} target
 */
export function readHit(target) {
  const node = target instanceof Element ? target.closest("[data-hit]") : null;
  if (!(node instanceof SVGElement)) return null;
  const { hit, name, lane, neuron, output, place, row } = node.dataset;
  /** @param {string | undefined} text */
  const number = (text) => (text === undefined ? null : Number(text));
  return {
    hit,
    name,
    lane: number(lane),
    neuron: number(neuron),
    output: number(output),
    place: number(place),
    row: number(row),
  };
}
