import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { nearestOf } from "../components/nearest.ts";
import { ConfigError, pathOf, relationMessage, schemaProblems } from "./messages.ts";
import { problem, type RelationProblem } from "./relation-problem.ts";
import { neededConnections, relationProblems } from "./relations.ts";
import { type StackValues, stackSchema } from "./schema.ts";

/** A stack's config as the program uses it: read, checked, and every default filled in. */
export interface StackConfig extends Omit<StackValues, "secrets" | "namespace" | "protectData"> {
  namespace: string;
  protectData: boolean;
  /** Values of `secrets.app`, secret in state and in every output. */
  secrets: Record<string, pulumi.Output<string>>;
}

export interface LoadOptions {
  stack: string;
  project: string;
  /** Whether a key was set with --secret. Defaults to none. */
  isSecret?: (key: string) => boolean;
  /** Full keys of other projects and providers, such as `aws:region`, among which a misspelled one of ours would go unread. Defaults to none. */
  others?: readonly string[];
}

/** Reads what a stack has set. Throws a ConfigError with every mistake in it. */
export function loadStackConfig(raw: Record<string, unknown>, options: LoadOptions): StackConfig {
  const { stack, project, isSecret = () => false, others = [] } = options;
  const hides = (section: PropertyKey | undefined) => section === "secrets" || isSecret(String(section));
  const problems = [...secretProblems(raw, project, isSecret), ...misspelledProject(project, others)];
  const parsed = stackSchema.safeParse(raw);
  if (!parsed.success) problems.push(...schemaProblems({ project, raw, hides, keysAt }, parsed.error.issues));
  // A value of a section with a secret in it must not get into a sentence.
  const values = Object.fromEntries(Object.entries(parsed.data ?? readableSections(raw)).filter(([section]) => section === "secrets" || !hides(section)));
  problems.push(...[...relationProblems(values), ...namespaceProblems(values, stack)].map((relation) => relationMessage(project, relation, values)));
  if (!parsed.success || problems.length > 0) throw new ConfigError(stack, problems);
  return withDerived(parsed.data, stack);
}

/** What follows from other values where it is not set. */
function withDerived(values: StackValues, stack: string): StackConfig {
  return {
    ...values,
    namespace: values.namespace ?? `${values.service.name}-${stack}`,
    protectData: values.protectData ?? values.environment === "prod",
    postgres: { ...values.postgres, maxConnections: values.postgres.maxConnections ?? Math.max(100, neededConnections(values.web.replicas.max)) },
    secrets: Object.fromEntries(Object.entries(values.secrets.app).map(([name, value]) => [name, pulumi.secret(value)])),
  };
}

/** Secrets stand in their own section, encrypted, and nowhere else. */
function secretProblems(raw: Record<string, unknown>, project: string, isSecret: (key: string) => boolean): string[] {
  const command = `pulumi config set --secret --path '${project}:secrets.app.<NAME>' <value>`;
  const open = Object.keys(raw.secrets && typeof raw.secrets === "object" ? raw.secrets : {}).length > 0 && !isSecret("secrets");
  const misplaced = Object.keys(raw).filter((key) => key !== "secrets" && isSecret(key));
  return [
    ...(open
      ? [`${pathOf(project, ["secrets"])}: is not encrypted; take the values out of the file, change them where they are valid, and set each with: ${command}.`]
      : []),
    ...misplaced.map((key) => `${pathOf(project, [key])}: holds a secret, which only ${project}:secrets may; move it there with: ${command}.`),
  ];
}

/** `slipwy:web` belongs to a project that nobody has, and would be passed over in silence. */
function misspelledProject(project: string, others: readonly string[]): string[] {
  return others
    .map((key) => key.split(":") as [string, string])
    .filter(([namespace]) => nearestOf(namespace, [project]) !== undefined)
    .map(([namespace, key]) => `${namespace}:${key}: nobody reads this key; did you mean ${project}:${key}?`);
}

/** A stack's name may hold what a namespace's may not. */
function namespaceProblems({ namespace, service }: Partial<StackValues>, stack: string): RelationProblem[] {
  if (namespace !== undefined || service === undefined) return [];
  const derived = `${service.name}-${stack}`;
  if (stackSchema.shape.namespace.safeParse(derived).success) return [];
  return [problem("namespace", `is missing, and "${derived}", made of service and stack, can't name one; set it, such as to ${service.name}-preview`)];
}

/** The sections that are right, when not all are: what is wrong between these is told along with the rest. */
function readableSections(raw: Record<string, unknown>): Partial<StackValues> {
  const read = Object.entries(stackSchema.shape).map(([section, schema]) => [section, schema.safeParse(raw[section])] as const);
  return Object.fromEntries(read.flatMap(([section, result]) => (result.success ? [[section, result.data]] : [])));
}

/** Reads the config of the stack that runs, under the engine or offline. */
export function fromPulumi(): StackConfig {
  const project = pulumi.getProject();
  const prefix = `${project}:`;
  const all = pulumi.runtime.allConfig();
  const own = Object.entries(all).filter(([key]) => key.startsWith(prefix));
  const raw = Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), decode(value)]));
  return loadStackConfig(raw, {
    stack: pulumi.getStack(),
    project,
    isSecret: (key) => isConfigSecret(prefix + key),
    others: Object.keys(all).filter((key) => !key.startsWith(prefix)),
  });
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

/** Keys that the schema knows at a path. */
function keysAt(path: PropertyKey[]): string[] {
  let schema: z.ZodType = stackSchema;
  for (const key of path) {
    const object = unwrap(schema);
    if (!(object instanceof z.ZodObject)) return [];
    schema = object.shape[String(key)] as z.ZodType;
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
