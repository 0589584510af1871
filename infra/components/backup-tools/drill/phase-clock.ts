import type { DrillPhase } from "./evidence.ts";

/** Splits a time that runs on into phases, without a gap between them. */
export class PhaseClock {
  readonly seconds: Partial<Record<DrillPhase, number>> = {};
  #since: number;

  constructor(startedAt: Date) {
    this.#since = startedAt.getTime();
  }

  /** What has passed since the phase before belongs to this one. */
  ends(phase: DrillPhase): void {
    const now = Date.now();
    this.seconds[phase] = Math.round((this.seconds[phase] ?? 0) * 1000 + now - this.#since) / 1000;
    this.#since = now;
  }
}
