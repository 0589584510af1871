import type { Stack } from "../stack.ts";

/** Something that breaks in the running stack, and the alerts that tell of it, by title: name, severity, and what tells namesakes apart. */
export interface Fault {
  /** In words, as the tables show it. */
  name: string;
  alerts: string[];
  /** Whether these fire at any time, without a fault. */
  always?: boolean;
  /** Breaks it; gives what mends it. */
  start(stack: Stack): Promise<() => Promise<void>>;
}

/** Faults that go on at the same time, since none hides what the others show. */
export interface Round {
  name: string;
  faults: Fault[];
}

/** The way an alert is named in faults and tables. */
export function titleOf(labels: Record<string, string | undefined>): string {
  return [labels.alertname, labels.severity, labels.redis ?? labels.objective].filter(Boolean).join(" ");
}
