/** What a caller says of its span (W3C Trace Context). */
export interface RemoteParent {
  /** 32 digits, lower-case hexadecimal. */
  traceId: string;
  /** 16 digits, likewise. */
  spanId: string;
  /** Whether the caller records its part of the trace. */
  sampled: boolean;
}

/** Length of a header of version 00. Later versions may append fields, and must begin like it. */
const length = 55;
const dash = 0x2d;

/**
 * Reads a `traceparent`. By offsets and without a pattern or a split, since it is done for each request. Undefined for whatever the
 * specification calls invalid: upper case, ids of zeros only, version ff, version 00 with anything behind it.
 */
export function parseTraceparent(header: string | undefined): RemoteParent | undefined {
  if (header === undefined || header.length < length) return undefined;
  if (header.charCodeAt(2) !== dash || header.charCodeAt(35) !== dash || header.charCodeAt(52) !== dash) return undefined;
  const version = hexadecimal(header, 0, 2);
  if (version === invalid || header.startsWith("ff")) return undefined;
  if (header.length > length && (version === zeros || header.charCodeAt(length) !== dash)) return undefined;
  if (hexadecimal(header, 3, 35) !== some || hexadecimal(header, 36, 52) !== some || hexadecimal(header, 53, length) === invalid) return undefined;
  return { traceId: header.slice(3, 35), spanId: header.slice(36, 52), sampled: (digit(header.charCodeAt(54)) & 1) === 1 };
}

export function formatTraceparent({ traceId, spanId, sampled }: RemoteParent): string {
  return `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
}

const invalid = -1;
const zeros = 0;
const some = 1;

/** Whether a part holds lower-case hexadecimal digits only, and whether all of them are zero. */
function hexadecimal(text: string, from: number, to: number): -1 | 0 | 1 {
  let any = 0;
  for (let index = from; index < to; index++) {
    const value = digit(text.charCodeAt(index));
    if (value < 0) return invalid;
    any |= value;
  }
  return any === 0 ? zeros : some;
}

function digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}
