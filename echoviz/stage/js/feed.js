/** Hands each moment of a run that is training to the stage on the same page. */

/** @param {{ data: Uint8Array | null }} component */
export default function feedStage(component) {
  if (component.data) window.dispatchEvent(new CustomEvent("echoviz:live", { detail: component.data }));
}
