import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { nearestOf } from "../components/nearest.ts";
import { ConfigError, relationMessage, schemaProblems } from "./messages.ts";
import type { RelationProblem } from "./relation-problem.ts";

/** What a program's config is, and who it belongs to. */
export interface LoadOptions {
  stack: string;
  project: string;
  /** Whether a key was set with --secret. Defaults to none. */
  isSecret?: (key: string) => boolean;
  /** Full keys of other projects and providers, such as `aws:region`, among which a misspelled one of ours would go unread. Defaults to none. */
  others?: readonly string[];
}

/** What is checked beyond the schema. */
export interface Checks<Values> {
  /** The one section that may hold secrets. Defaults to none. */
  secretSection?: string;
  /** Mistakes that were found before the schema was asked. Defaults to none. */
  found?: readonly string[];
  /** Mistakes between values of the sections that could be read. */
  relations: (values: Partial<Values>) => readonly RelationProblem[];
}

/** The values of a config, with every default filled in. Throws a ConfigError with every mistake in it. */
export function checkedConfig<Schema extends z.ZodObject>(
  schema: Schema,
  raw: Record<string, unknown>,
  { stack, project, isSecret = () => false, others = [] }: LoadOptions,
  { secretSection, found = [], relations }: Checks<z.output<Schema>>,
): z.output<Schema> {
  const hides = (section: PropertyKey | undefined) => section === secretSection || isSecret(String(section));
  const problems = [...found, ...misspelledProject(project, others)];
  const parsed = schema.safeParse(raw);
  if (!parsed.success) problems.push(...schemaProblems({ project, raw, hides, keysAt: (path) => keysAt(schema, path) }, parsed.error.issues));
  // A value of a section with a secret in it must not get into a sentence.
  const values = Object.fromEntries(
    Object.entries(parsed.data ?? readableSections(schema, raw)).filter(([section]) => section === secretSection || !hides(section)),
  );
  problems.push(...relations(values as Partial<z.output<Schema>>).map((relation) => relationMessage(project, relation, values)));
  if (!parsed.success || problems.length > 0) throw new ConfigError(stack, problems);
  return parsed.data;
}

/** The sections that are right, when not all are: what is wrong between these is told along with the rest. */
function readableSections(schema: z.ZodObject, raw: Record<string, unknown>): Record<string, unknown> {
  const read = Object.entries(schema.shape).map(([section, one]) => [section, (one as z.ZodType).safeParse(raw[section])] as const);
  return Object.fromEntries(read.flatMap(([section, result]) => (result.success ? [[section, result.data]] : [])));
}

/** `slipwy:web` belongs to a project that nobody has, and would be passed over in silence. */
function misspelledProject(project: string, others: readonly string[]): string[] {
  return others
    .map((key) => key.split(":") as [string, string])
    .filter(([namespace]) => nearestOf(namespace, [project]) !== undefined)
    .map(([namespace, key]) => `${namespace}:${key}: nobody reads this key; did you mean ${project}:${key}?`);
}

/** The config of the stack that runs, under the engine or offline, as it was set. */
export function givenConfig(): LoadOptions & { raw: Record<string, unknown> } {
  const project = pulumi.getProject();
  const prefix = `${project}:`;
  const all = pulumi.runtime.allConfig();
  const own = Object.entries(all).filter(([key]) => key.startsWith(prefix));
  return {
    raw: Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), decode(value)])),
    stack: pulumi.getStack(),
    project,
    isSecret: (key) => isConfigSecret(prefix + key),
    others: Object.keys(all).filter((key) => !key.startsWith(prefix)),
  };
}

/** The SDK's own question, left out of its types: its public getters answer it only key by key, with a warning in the log. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };

/** The engine hands every value over as text: structures as JSON, the rest as it was written. */
function decode(value: string): unknown {
  if (value === "true" || value === "false") return value === "true";
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Keys that a schema knows at a path. */
function keysAt(top: z.ZodType, path: PropertyKey[]): string[] {
  let schema = top;
  for (const key of path) {
    const object = unwrap(schema);
    if (object instanceof z.ZodArray) schema = object.element as z.ZodType;
    else if (object instanceof z.ZodObject) schema = object.shape[String(key)] as z.ZodType;
    else return [];
    if (!schema) return [];
  }
  const object = unwrap(schema);
  if (object instanceof z.ZodObject) return Object.keys(object.shape);
  if (object instanceof z.ZodRecord && object.keyType instanceof z.ZodEnum) return object.keyType.options.map(String);
  return [];
}

/** The schema beneath its defaults. */
function unwrap(schema: z.ZodType): z.ZodType {
  const inner = (schema.def as { innerType?: z.ZodType }).innerType;
  return inner ? unwrap(inner) : schema;
}
