import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { ConfigError, pathOf, relationMessage, schemaProblems } from "./messages.ts";
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
  /** Whether a key was set with --secret. */
  isSecret: (key: string) => boolean;
}

/** Reads what a stack has set. Throws a ConfigError with every mistake in it. */
export function loadStackConfig(raw: Record<string, unknown>, { stack, project, isSecret }: LoadOptions): StackConfig {
  const openSecrets = Object.keys(raw.secrets && typeof raw.secrets === "object" ? raw.secrets : {}).length > 0 && !isSecret("secrets");
  const misplaced = Object.keys(raw).filter((key) => key !== "secrets" && isSecret(key));
  const problems = [
    ...(openSecrets
      ? [
          `${pathOf(project, ["secrets"])}: is not encrypted; take the values out of the file, change them where they are valid, and set each with: pulumi config set --secret --path '${project}:secrets.app.<NAME>' <value>.`,
        ]
      : []),
    ...misplaced.map(
      (key) =>
        `${pathOf(project, [key])}: holds a secret, which only ${project}:secrets may; move it there with: pulumi config set --secret --path '${project}:secrets.app.<NAME>' <value>.`,
    ),
  ];
  const parsed = stackSchema.safeParse(raw);
  if (!parsed.success) throw new ConfigError(stack, [...problems, ...schemaProblems(project, parsed.error.issues, raw, keysAt)]);
  const values = parsed.data;
  problems.push(...relationProblems(values).map((relation) => relationMessage(project, relation, values)));
  if (problems.length > 0) throw new ConfigError(stack, problems);
  return {
    ...values,
    namespace: values.namespace ?? `${values.service.name}-${stack}`,
    protectData: values.protectData ?? values.environment === "prod",
    postgres: { ...values.postgres, maxConnections: values.postgres.maxConnections ?? Math.max(100, neededConnections(values.web.replicas.max)) },
    secrets: Object.fromEntries(Object.entries(values.secrets.app).map(([name, value]) => [name, pulumi.secret(value)])),
  };
}

/** Reads the config of the stack that runs, under the engine or offline. */
export function fromPulumi(): StackConfig {
  const project = pulumi.getProject();
  const prefix = `${project}:`;
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix));
  const raw = Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), decode(value)]));
  return loadStackConfig(raw, { stack: pulumi.getStack(), project, isSecret: (key) => isConfigSecret(prefix + key) });
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
