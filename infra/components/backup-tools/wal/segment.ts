/** What initdb makes unless told otherwise, and what every name here is counted in. */
export const segmentBytes = 16 * 2 ** 20;

const segmentsOfLog = 2 ** 32 / segmentBytes;

/** A segment of the log: on which timeline, and its number counted from the beginning of the log. */
export interface Segment {
  timeline: number;
  number: number;
}

/** A place in the log, as Postgres writes it: `0/2000028`. */
export function parseLsn(text: string): bigint {
  const match = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i.exec(text.trim());
  if (!match) throw new Error(`${JSON.stringify(text)} is no place in the log; Postgres writes it as 0/2000028`);
  return (BigInt(`0x${match[1]}`) << 32n) + BigInt(`0x${match[2]}`);
}

export function formatLsn(lsn: bigint): string {
  return `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffffffffn).toString(16).toUpperCase()}`;
}

/** Number of the segment that holds a place. Counted here, since `pg_walfile_name` gives the one before for a place at its very beginning. */
export const segmentNumber = (lsn: bigint) => Number(lsn / BigInt(segmentBytes));

/** Place at which a segment begins. */
export const startOfSegment = (number: number) => BigInt(number) * BigInt(segmentBytes);

const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, "0");

/** Name of a segment's file: 24 hex digits. */
export function segmentName({ timeline, number }: Segment): string {
  return hex(timeline) + hex(Math.floor(number / segmentsOfLog)) + hex(number % segmentsOfLog);
}

/** Reads a file's name; undefined for what is no whole segment. */
export function parseSegment(name: string): Segment | undefined {
  const match = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/.exec(name);
  if (!match) return undefined;
  const [timeline, log, place] = match.slice(1).map((digits) => Number.parseInt(digits!, 16)) as [number, number, number];
  return place < segmentsOfLog ? { timeline, number: log * segmentsOfLog + place } : undefined;
}

/** Whether a file tells from which timeline another one branched off. */
export const isTimelineHistory = (name: string) => /^[0-9A-F]{8}\.history$/.test(name);
