/** Bytes that gather before they are collected. */
const mostGathered = 2 * 2 ** 20;

let gathered = 0;

/**
 * Told of each piece that comes from a socket or pipe, in a buffer that is done with at once. Such buffers are not on the heap that the
 * collector minds, which would let 64 MB of them gather before it looks; so it is called, where the command allows it.
 */
export function passedThrough(bytes: number): void {
  gathered += bytes;
  if (gathered < mostGathered) return;
  gathered = 0;
  globalThis.gc?.({ type: "minor" });
}
