import { timeOfId } from "../format/keys.ts";

/** Which backup somebody asks for. */
export const WantedKind = {
  /** The newest that there is. */
  latest: "latest",
  /** The one of this name. */
  named: "named",
  /** The newest whose data are not younger than a moment. */
  moment: "moment",
} as const;
export type WantedKind = (typeof WantedKind)[keyof typeof WantedKind];

export interface WantedBackup {
  kind: WantedKind;
  /** As it was written. */
  text: string;
  /** For a moment: milliseconds since 1970. */
  at?: number;
}

const momentPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Reads `latest`, a backup's name or a moment; a text that is none of them gives `undefined`. */
export function wantedBackup(text: string): WantedBackup | undefined {
  if (text === "latest") return { kind: WantedKind.latest, text };
  if (timeOfId(text)) return { kind: WantedKind.named, text };
  const at = momentPattern.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : { kind: WantedKind.moment, text, at };
}

/** What is wrong with a text that should name a backup, and the mend. */
export function wantedProblem(text: string, now = Date.now()): string | undefined {
  const wanted = wantedBackup(text);
  if (!wanted)
    return `${JSON.stringify(text)} names no backup; write latest, a name such as 2026-11-21T03-17-00Z-x7k2p, or a moment such as 2026-11-21T03:00:00Z`;
  // An hour for clocks that differ: a moment to come would be the newest backup, which is not what a person meant who wrote it.
  if (wanted.at !== undefined && wanted.at > now + 3_600_000) return `${text} is still to come; write a moment that is past, or latest`;
  return undefined;
}

/** The name that was most likely meant: one with the same last letters, where the digits are mistaken, or else the nearest in time. */
export function nearestBackup(wanted: string, names: readonly string[]): string | undefined {
  const suffix = (name: string) => name.split("-").at(-1);
  const distance = (name: string) => Math.abs(timeOfId(name)!.getTime() - timeOfId(wanted)!.getTime());
  return names.find((name) => suffix(name) === suffix(wanted)) ?? [...names].sort((one, other) => distance(one) - distance(other))[0];
}
