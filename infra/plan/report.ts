import { styleText } from "node:util";
import { clusterNeeds } from "./cluster-needs.ts";
import { nextSteps } from "./next-steps.ts";
import type { Plan } from "./plan.ts";
import { treeLines } from "./tree.ts";

/** The plan for a person at a terminal. `folder` is where the files went. */
export function planReport(plan: Plan, folder: string, colored: boolean): string {
  const bold = (text: string) => (colored ? styleText("bold", text, { validateStream: false }) : text);
  const { before, command } = nextSteps(plan);
  const needs = clusterNeeds(plan.resources);
  return [
    ...treeLines(plan.resources, colored),
    "",
    `${bold(`Stack ${plan.stack}:`)} ${counts(plan)}. One YAML a resource in ${folder}.`,
    ...(needs.length > 0 ? ["", bold("The cluster must offer")] : []),
    ...needs.flatMap(({ title, because, install }) => [`  ${title} (${because})`, `    ${install}`]),
    "",
    bold("Next"),
    ...before.map((line) => `  needs ${line}`),
    `  ${bold(command)}`,
    "",
  ].join("\n");
}

/** `130 resources: 101 for Kubernetes, 17 from random, 12 components`. */
function counts({ resources }: Plan): string {
  const components = resources.filter(({ custom }) => !custom).length;
  const byProvider = new Map<string, number>();
  for (const { custom, type } of resources) {
    const provider = type.split(":")[0]!;
    if (custom && provider !== "pulumi") byProvider.set(provider, (byProvider.get(provider) ?? 0) + 1);
  }
  const parts = [...byProvider].sort(([, a], [, b]) => b - a).map(([provider, count]) => `${count} of ${provider}`);
  const total = [...byProvider.values()].reduce((sum, count) => sum + count, 0);
  return `${total} resources (${parts.join(", ")}) in ${components} components`;
}

/** What the program lets slip; nothing, unless a secret stands in a plain input. */
export function exposureReport({ resources }: Plan): string | undefined {
  const lines = resources.flatMap(({ name, type, exposed }) => exposed.map((path) => `  ${type.split(":").at(-1)} ${name}: ${path}`));
  if (lines.length === 0) return undefined;
  return [
    "The program puts the value of a secret where it is not treated as one; it would stand readable in the state and in every diff:",
    ...lines,
    "Keep it in an Output, which stays secret through apply and pulumi.interpolate, and give it to a Secret only.",
  ].join("\n");
}
