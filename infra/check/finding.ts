import type { Subject } from "./subject.ts";

/** What a finding means for whoever is about to run `up`, or just has. */
export const Status = {
  /** As it should be. */
  good: "good",
  /** Works now; somebody should look within days. */
  warning: "warning",
  /** Red: `up` would fail, or data or callers are in danger. Also a question that got no answer: not known is not good. */
  bad: "bad",
  /** Not asked, and why. */
  skipped: "skipped",
} as const;
export type Status = (typeof Status)[keyof typeof Status];

export interface Finding {
  status: Status;
  /** What was found, with names and numbers, as one sentence. */
  says: string;
  /** What to do about it, at best a command. Each red finding has one. */
  mend?: string;
}

export interface Check {
  /** Name for `--only` and `--skip`. */
  name: string;
  /** What it asks, for the usage. */
  asks: string;
  ask(subject: Subject): Promise<Finding[]>;
}

/** Something that was asked and gave no answer; its check becomes red with these words. */
export class NoAnswer extends Error {
  readonly mend: string;

  constructor(message: string, mend: string) {
    super(message);
    this.mend = mend;
  }
}

export const good = (says: string): Finding => ({ status: Status.good, says });
export const skipped = (says: string): Finding => ({ status: Status.skipped, says });
export const warning = (says: string, mend: string): Finding => ({ status: Status.warning, says, mend });
export const bad = (says: string, mend: string): Finding => ({ status: Status.bad, says, mend });
