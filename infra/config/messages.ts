import * as pulumi from "@pulumi/pulumi";
import type * as z from "zod";
import { nearestOf } from "../components/nearest.ts";
import type { RelationProblem } from "./relation-problem.ts";

/** All mistakes of a stack's config. A RunError, so that Pulumi prints the message and no stack trace. */
export class ConfigError extends pulumi.RunError {
  readonly problems: readonly string[];

  constructor(stack: string, found: readonly string[]) {
    // A value that breaks two rules of one field has one mend.
    const problems = [...new Set(found)];
    const count = problems.length === 1 ? "One mistake" : `${problems.length} mistakes`;
    super(`${count} in the config of stack "${stack}" (Pulumi.${stack}.yaml); nothing was changed.\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

/** What the sentences about a stack's config need to know of it. */
export interface Reading {
  project: string;
  raw: Record<string, unknown>;
  /** Whether a section may hold secrets; then no value of it is shown. */
  hides: (section: PropertyKey | undefined) => boolean;
  /** The keys that are known at a path. */
  keysAt: (path: PropertyKey[]) => string[];
}

/** The schema's findings as sentences: path, value found, mend. */
export function schemaProblems({ project, raw, hides, keysAt }: Reading, issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue): string[] => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(project, [...issue.path, key], keysAt(issue.path)));
    if (issue.code === "invalid_key") return [`${pathOf(project, issue.path)}: this key can't be a name; ${issue.issues[0]?.message ?? issue.message}.`];
    const found = valueAt(raw, issue.path);
    // Only a structure of the wrong kind has no mend of its own: every field says what to write.
    const mend = issue.code === "invalid_type" && issue.expected === "object" ? "write it as a map of keys and values" : issue.message;
    return [`${pathOf(project, issue.path)}: ${hides(issue.path[0]) && found !== undefined ? "has a wrong value" : shown(found)}; ${mend}.`];
  });
}

export function relationMessage(project: string, { path, message }: RelationProblem, values: unknown): string {
  const found = valueAt(values, path);
  const plain = found === undefined || (typeof found === "object" && found !== null) ? "" : `${found} `;
  return `${pathOf(project, path)}: ${plain}${message}.`;
}

function unknownKey(project: string, path: PropertyKey[], known: string[]): string {
  const nearest = nearestOf(String(path.at(-1)), known);
  const mend = nearest ? `did you mean ${nearest}?` : `known here: ${known.join(", ")}.`;
  return `${pathOf(project, path)}: nobody reads this key; ${mend}`;
}

/** `slipway:web.replicas.min`, as `pulumi config set --path` takes it. */
export function pathOf(project: string, path: readonly PropertyKey[]): string {
  const [first, ...rest] = path;
  return first === undefined
    ? project
    : rest.reduce<string>((text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`), `${project}:${String(first)}`);
}

function shown(value: unknown): string {
  if (value === undefined) return "is missing";
  const text = JSON.stringify(value) ?? String(value);
  return `found ${text.length > 60 ? `${text.slice(0, 57)}...` : text}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (at !== null && typeof at === "object" && Object.hasOwn(at, key) ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}
