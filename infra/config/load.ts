import * as pulumi from "@pulumi/pulumi";
import { drillNamespace } from "./drill-namespace.ts";
import { pathOf } from "./messages.ts";
import { type OfferedConfig, withOffered } from "./platform-offer.ts";
import { checkedConfig, givenConfig, type LoadOptions } from "./reading.ts";
import { problem, type RelationProblem } from "./relation-problem.ts";
import { neededConnections, relationProblems } from "./relations.ts";
import { type StackValues, stackSchema } from "./schema.ts";

/** A stack's config as the program uses it: read, checked, and every default filled in. */
export interface StackConfig extends Omit<StackValues, "secrets" | "namespace" | "protectData"> {
  namespace: string;
  protectData: boolean;
  /** Values of `secrets.app`, secret in state and in every output. */
  secrets: Record<string, pulumi.Output<string>>;
  /** Values of `secrets.alerts`, likewise. */
  alertSecrets: Record<string, pulumi.Output<string>>;
  /** Values of `secrets.restore`, likewise. */
  restoreSecrets: Partial<Record<keyof StackValues["secrets"]["restore"], pulumi.Output<string>>>;
}

/** Reads what a stack has set. Throws a ConfigError with every mistake in it. */
export function loadStackConfig(raw: Record<string, unknown>, options: LoadOptions): StackConfig {
  const { stack, project, isSecret = () => false } = options;
  const values = checkedConfig(stackSchema, raw, options, {
    secretSection: "secrets",
    found: secretProblems(raw, project, isSecret),
    relations: (readable) => [...relationProblems(readable), ...namespaceProblems(readable, stack)],
  });
  return withDerived(values, stack);
}

/** Reads the config of the stack that runs, under the engine or offline. What the platform offers stands where the stack sets nothing. */
export function fromPulumi(offered: OfferedConfig = {}): StackConfig {
  const { raw, ...options } = givenConfig();
  return loadStackConfig(withOffered(raw, offered), options);
}

/** What follows from other values where it is not set. */
function withDerived(values: StackValues, stack: string): StackConfig {
  return {
    ...values,
    namespace: values.namespace ?? `${values.service.name}-${stack}`,
    protectData: values.protectData ?? values.environment === "prod",
    postgres: { ...values.postgres, maxConnections: values.postgres.maxConnections ?? Math.max(100, neededConnections(values)) },
    secrets: hidden(values.secrets.app),
    alertSecrets: hidden(values.secrets.alerts),
    restoreSecrets: hidden(values.secrets.restore),
  };
}

const hidden = (values: Record<string, string>) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, pulumi.secret(value)]));

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

/** A stack's name may hold what a namespace's may not. */
function namespaceProblems({ namespace, service }: Partial<StackValues>, stack: string): RelationProblem[] {
  if (service === undefined) return [];
  const derived = `${service.name}-${stack}`;
  const drills = drillNamespace(namespace ?? derived);
  if (drills.length > 63) {
    return [
      problem("namespace", `makes "${drills}", the namespace of drills, longer than 63 characters; set one of at most ${63 - drillNamespace("").length}`),
    ];
  }
  if (namespace !== undefined) return [];
  if (stackSchema.shape.namespace.safeParse(derived).success) return [];
  return [problem("namespace", `is missing, and "${derived}", made of service and stack, can't name one; set it, such as to ${service.name}-preview`)];
}
