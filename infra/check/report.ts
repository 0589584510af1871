import { styleText } from "node:util";
import { type Finding, Status } from "./finding.ts";
import type { Subject } from "./subject.ts";

/** What one check found. */
export interface Result {
  name: string;
  findings: readonly Finding[];
}

const shown = {
  [Status.good]: { sign: "ok", color: "green" },
  [Status.warning]: { sign: "look", color: "yellow" },
  [Status.bad]: { sign: "RED", color: "red" },
  [Status.skipped]: { sign: "-", color: "gray" },
} as const;

const width = 14;
const worst = [Status.bad, Status.warning, Status.skipped, Status.good] as const;

/** The findings for a person at a terminal: one line each, and below the red and yellow ones what to do. */
export function reportText({ stack, after, namespace }: Pick<Subject, "stack" | "after" | "namespace">, results: readonly Result[], colored: boolean): string {
  const paint = (status: Status, text: string) => (colored ? styleText(shown[status].color, text, { validateStream: false }) : text);
  const lines = results.flatMap(({ name, findings }) =>
    inOrder(findings).flatMap(({ status, says, mend }, index) => [
      `${paint(status, shown[status].sign.padEnd(5))} ${(index === 0 ? name : "").padEnd(width)} ${says}`,
      ...(mend ? [`${" ".repeat(6 + width)}  -> ${mend}`] : []),
    ]),
  );
  const count = (status: Status) => results.flatMap(({ findings }) => findings).filter((finding) => finding.status === status).length;
  return [
    `Stack ${stack} in namespace ${namespace}, ${after ? "after" : "before"} up`,
    "",
    ...lines,
    "",
    `${count(Status.bad)} red, ${count(Status.warning)} to look at, ${count(Status.good)} good.`,
    "",
  ].join("\n");
}

export function reportJson({ stack, after, namespace }: Pick<Subject, "stack" | "after" | "namespace">, results: readonly Result[]): string {
  return `${JSON.stringify({ stack, namespace, after, red: exitCode(results) !== 0, checks: results }, undefined, 2)}\n`;
}

/** 0, or 2 when something is red; 1 is for mistakes in what was asked. */
export function exitCode(results: readonly Result[]): 0 | 2 {
  return results.some(({ findings }) => findings.some(({ status }) => status === Status.bad)) ? 2 : 0;
}

const inOrder = (findings: readonly Finding[]) => findings.toSorted((a, b) => worst.indexOf(a.status) - worst.indexOf(b.status));
