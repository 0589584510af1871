import type { Comparison, Overview, RestoredBeside } from "../components/backup-tools/restore/by-hand.ts";

/** What each step is asked about, and what it answers. */
export interface StepAnswers {
  list: Overview;
  beside: RestoredBeside;
  compare: Comparison;
  switch: { kept: string };
  drop: undefined;
}
export type StepName = keyof StepAnswers;

/** Takes steps where the database is. */
export interface Steps {
  /** Takes a step; an error is a sentence. Each line of its log is shown while it runs. */
  take<Name extends StepName>(step: Name, subject: string): Promise<StepAnswers[Name]>;
}

/** A step did not end well; the message is its own last words. */
export class StepFailed extends Error {}
