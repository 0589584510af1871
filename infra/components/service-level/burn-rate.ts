import { Severity } from "../prometheus/alert.ts";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** One pair of windows, both of which must burn: the long one shows that it matters, the short one that it still goes on. */
export interface BurnRate {
  severity: Severity;
  /** In seconds. */
  long: number;
  /** In seconds; the alert ends about this long after the errors do. */
  short: number;
  /** Share of the whole window's error budget that is spent when the alert fires. */
  budgetShare: number;
  /** How many times faster than the objective allows the budget is spent. 1 spends exactly all of it by the window's end. */
  factor: number;
}

/** From the Google SRE workbook, chapter 5, table 5-8: shares of the budget that are worth a page, and worth a ticket. */
const pairs = [
  { severity: Severity.critical, long: hour, short: 5 * minute, budgetShare: 0.02 },
  { severity: Severity.critical, long: 6 * hour, short: 30 * minute, budgetShare: 0.05 },
  { severity: Severity.warning, long: day, short: 2 * hour, budgetShare: 0.1 },
  { severity: Severity.warning, long: 3 * day, short: 6 * hour, budgetShare: 0.1 },
] as const;

/** Every window that a ratio is recorded for, in seconds, besides the objective's own. */
export const alertWindows = [...new Set(pairs.flatMap(({ short, long }) => [short, long]))].sort((a, b) => a - b);

/**
 * The pairs for an objective's window. A factor below 1 is raised to 1, and the share with it: in a 7-day window 10 % in three days is
 * less than an even spend, and its alert would report services that keep their objective.
 */
export function burnRates(windowDays: number): BurnRate[] {
  const window = windowDays * day;
  return pairs.map((pair) => {
    const budgetShare = Math.max(pair.budgetShare, pair.long / window);
    return { ...pair, budgetShare, factor: (budgetShare * window) / pair.long };
  });
}

/** Ratio of bad events above which a pair burns. */
export function errorThreshold(rate: BurnRate, target: number): number {
  return rate.factor * errorBudget(target);
}

/** Share of events that may be bad, for a target in percent. */
export function errorBudget(target: number): number {
  // Not 1 - target / 100, which gives 0.0010000000000000009 for 99.9.
  return Number(((100 - target) / 100).toPrecision(12));
}

/** Lowest target in percent whose every alert can fire: below it a pair would ask for more than all events to be bad. */
export function lowestTarget(windowDays: number): number {
  const highestFactor = Math.max(...burnRates(windowDays).map(({ factor }) => factor));
  return 100 - 100 / highestFactor;
}
