import { styleText } from "node:util";
import type { Change, FileChange } from "./difference.ts";

/** The difference between two plans of a stack. */
export interface Comparison {
  stack: string;
  /** The other revision, as it was named. */
  against: string;
  /** Why the other revision could not be planned. Then everything counts as added. */
  problem?: string;
  changes: FileChange[];
}

export const changeKinds = ["added", "changed", "removed"] as const satisfies readonly Change[];

export function countOf(changes: readonly FileChange[], kind: Change): number {
  return changes.filter(({ change }) => change === kind).length;
}

/** The comparison for a person at a terminal. */
export function comparisonText({ stack, against, problem, changes }: Comparison, colored: boolean): string {
  const style = (format: Parameters<typeof styleText>[0], text: string) => (colored ? styleText(format, text, { validateStream: false }) : text);
  const counts = changeKinds.map((kind) => `${countOf(changes, kind)} ${kind}`).join(", ");
  const sign = { added: "+", changed: "~", removed: "-" } as const;
  const color = { added: "green", changed: "yellow", removed: "red" } as const;
  const line = (text: string) => (text.startsWith("+") ? style("green", text) : text.startsWith("-") ? style("red", text) : text);
  return [
    ...(problem ? [`${against} can't be planned, so everything shows as new: ${problem}`, ""] : []),
    style("bold", changes.length === 0 ? `Stack ${stack}: no difference to ${against}.` : `Stack ${stack} against ${against}: ${counts}.`),
    ...changes.map(({ path, change, loss }) => `${style(color[change], `${sign[change]} ${path}`)}${loss ? `  ${style("red", lossText(loss))}` : ""}`),
    ...(problem ? [] : changes.flatMap(({ path, diff }) => ["", style("bold", path), ...diff.split("\n").map(line)])),
    "",
  ].join("\n");
}

export function lossText({ what, field, holds }: NonNullable<FileChange["loss"]>): string {
  return `${what}${field ? ` by ${field}` : ""}: holds ${holds}`;
}
