import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parseDocument } from "yaml";

/** A stack's config as the engine would hand it to the program. */
export interface StackFile {
  project: string;
  /** The program, as `Pulumi.yaml` names it. */
  main: string;
  config: Record<string, string>;
  /** Keys set with --secret, wholly or in part. */
  secretKeys: string[];
  /** What stands in for the secrets, which can't be read without the stack's key. */
  secrets: string[];
}

/** Stacks that have a file, by name. */
export function stacksIn(folder: string): string[] {
  return readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1] ?? []);
}

/** Reads `Pulumi.<stack>.yaml`. What is encrypted there gets a stand-in, so no passphrase is needed. */
export function readStackFile(folder: string, stack: string): StackFile {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  const known = stacksIn(folder);
  if (!known.includes(stack) || !existsSync(file)) {
    throw new pulumi.RunError(
      `There is no stack "${stack}": ${folder} has ${known.length > 0 ? known.join(", ") : "none"}. Use one of these, or add Pulumi.${stack}.yaml.`,
    );
  }
  const { name: project, main } = parsed(join(folder, "Pulumi.yaml")) as { name: string; main: string };
  const { config } = (parsed(file) ?? {}) as { config?: unknown };
  if (config !== undefined && (config === null || typeof config !== "object" || Array.isArray(config))) {
    throw new pulumi.RunError(`${file}: config is no map; write each key below it, such as "  ${project}:environment: dev".`);
  }
  const result: StackFile = { project, main, config: {}, secretKeys: [], secrets: [] };
  for (const [key, value] of Object.entries(config ?? {})) {
    const before = result.secrets.length;
    const decrypted = withStandIns(value, key, result.secrets);
    result.config[key] = typeof decrypted === "object" ? JSON.stringify(decrypted) : String(decrypted);
    if (result.secrets.length > before) result.secretKeys.push(key);
  }
  return result;
}

function parsed(file: string): unknown {
  const document = parseDocument(readFileSync(file, "utf8"));
  const [error] = document.errors;
  if (error) throw new pulumi.RunError(`${file} is no YAML: ${error.message.split("\n")[0]!.replace(/:$/, "")}.`);
  return document.toJS();
}

/** Every `{ secure: … }` becomes a text that can be told from all others, should it show anywhere. */
function withStandIns(value: unknown, path: string, secrets: string[]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => withStandIns(item, `${path}[${index}]`, secrets));
  if (value === null || typeof value !== "object") return value;
  const object = value as Record<string, unknown>;
  if (typeof object.secure === "string" && Object.keys(object).length === 1) {
    const standIn = `secret at ${path}`;
    secrets.push(standIn);
    return standIn;
  }
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, withStandIns(item, `${path}.${key}`, secrets)]));
}
