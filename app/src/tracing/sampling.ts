/**
 * Decides by the trace's id alone whether a trace without a parent is recorded, so that services which sample at one ratio decide
 * alike without talking. Same ids as OpenTelemetry's TraceIdRatioBased sampler, without its look at the context.
 */
export function ratioSampler(ratio: number): (traceId: string) => boolean {
  if (ratio <= 0) return () => false;
  if (ratio >= 1) return () => true;
  const bound = Math.floor(ratio * 0xffffffff);
  return (traceId) => folded(traceId) < bound;
}

/** The id's four 32-bit words, exclusive-or. */
function folded(traceId: string): number {
  let all = 0;
  for (let start = 0; start < 32; start += 8) {
    let word = 0;
    for (let index = start; index < start + 8; index++) {
      const code = traceId.charCodeAt(index);
      word = (word << 4) | (code < 0x3a ? code - 0x30 : code - 0x57);
    }
    all ^= word;
  }
  return all >>> 0;
}
