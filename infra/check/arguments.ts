import { parseArgs } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { nearestOf } from "../components/nearest.ts";

export interface CheckArguments {
  stack: string;
  /** Whether `up` has just run: then nothing may wait, and what was planned must run. */
  after: boolean;
  only: string[];
  skip: string[];
  /** The stack's file, where it is not the repository's own. */
  configFile?: string;
  /** Base address of Prometheus. Left out, it is found in the monitoring namespace and asked through the API server. */
  prometheus?: string;
  json: boolean;
  help: boolean;
}

export const usage = (checks: readonly { name: string; asks: string }[]) => `Checks a stack and what it stands on, and changes nothing.

  npm run check -- [options]

  --stack <name>         Stack to check. Defaults to dev.
  --after                Right after up: nothing may wait to be changed, and what runs must be what was planned.
  --only <names>         Only these checks, joined by commas.
  --skip <names>         All but these. They are shown as skipped.
  --config-file <file>   The stack's file, as for pulumi. Defaults to Pulumi.<stack>.yaml.
  --prometheus <url>     Base address of Prometheus. Defaults to the one in the monitoring namespace, through the API server.
  --json                 Writes the findings as JSON.
  --help                 Shows this.

Checks:
${checks.map(({ name, asks }) => `  ${name.padEnd(13)} ${asks}`).join("\n")}

Exit code: 0 nothing red, 1 mistake in command line or config, 2 something red. What can't be asked is red: skip it by name if that is meant.
`;

/** Reads the command line; throws a message that says what is wrong with it. */
export function checkArguments(args: readonly string[], known: readonly string[]): CheckArguments {
  const { values } = parsed(args);
  const names = (option: "only" | "skip") => listed(option, values[option], known);
  if (values.prometheus !== undefined && !/^https?:\/\/[^/\s]+/.test(values.prometheus)) {
    throw new pulumi.RunError(`--prometheus ${values.prometheus}: is no address; write it as http://127.0.0.1:9090.`);
  }
  return {
    stack: values.stack,
    after: values.after,
    only: names("only"),
    skip: names("skip"),
    configFile: values["config-file"],
    prometheus: values.prometheus?.replace(/\/$/, ""),
    json: values.json,
    help: values.help,
  };
}

function listed(option: string, given: string | undefined, known: readonly string[]): string[] {
  const names = (given ?? "").split(",").filter((name) => name !== "");
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  const near = nearestOf(unknown, known);
  throw new pulumi.RunError(`--${option} ${unknown}: there is no such check${near ? `; did you mean ${near}?` : `. There are ${known.join(", ")}.`}`);
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stack: { type: "string", default: "dev" },
        after: { type: "boolean", default: false },
        only: { type: "string" },
        skip: { type: "string" },
        "config-file": { type: "string" },
        prometheus: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new pulumi.RunError(`${(error as Error).message.split(". ")[0]}. See npm run check -- --help.`);
  }
}
