/** The middle one: a round that something else on the machine slowed down does not move it. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/** The value that this share of all stays below. */
export const quantile = (values: readonly number[], share: number) => values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) * share)]!;

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

export const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

/** Prints rows of text under their heads, each column as wide as it must be; all but the first are aligned to the right. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  for (const row of [head, widths.map((width) => "-".repeat(width)), ...rows]) {
    const cells = widths.map((width, column) => (column === 0 ? (row[column] ?? "").padEnd(width) : (row[column] ?? "").padStart(width)));
    console.log(cells.join("  ").trimEnd());
  }
}

/** A figure with its target, for the last lines of a bench, and whether it holds. */
export interface Judged {
  holds: boolean;
  sentence: string;
}

export function judged(what: string, figure: string, target: string, holds: boolean): Judged {
  return { holds, sentence: `${what} ${figure}, target ${target}: ${holds ? "met" : "MISSED"}` };
}

/** Prints each; true when all hold. */
export function verdict(...figures: readonly Judged[]): boolean {
  for (const { sentence } of figures) console.log(sentence);
  return figures.every(({ holds }) => holds);
}

/** Median with the least and the most, of ratios. */
export function spread(ratios: readonly number[]): string {
  return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
}

/** What a backup's Job, and a drill's program beside its server, may take. */
export const mostMemory = 128 * 2 ** 20;

export const judgedMemory = (what: string, bytes: number) => judged(what, mebibytes(bytes), `at most ${mebibytes(mostMemory)}`, bytes <= mostMemory);
