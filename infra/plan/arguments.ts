import { parseArgs } from "node:util";
import * as pulumi from "@pulumi/pulumi";

export interface PlanArguments {
  /** Folder of the project below `infra`; the service's own project without. */
  project?: string;
  stack: string;
  against?: string;
  markdown: boolean;
  failOnDiff: boolean;
  out: string;
  help: boolean;
}

export const usage = `Shows every resource of a stack without engine, cluster, account or network.

  npm run plan -- [options]

  --project <name>    Project to plan: a folder of infra, such as platform. Defaults to the service's own.
  --stack <name>      Stack to plan. Defaults to dev.
  --against <ref>     Shows the difference to the plan of another git revision, such as origin/main.
  --markdown          Writes that difference as a comment for a pull request.
  --fail-on-diff      Exits with 2 when there is a difference.
  --out <folder>      Where the YAML files go, below a folder of the stack's name (with --project, <project>-<stack>). Defaults to plan.
  --help              Shows this.

Exit code: 0 planned, 1 mistake in config or program, 2 difference found with --fail-on-diff.
`;

/** Reads the command line; throws a message that says what is wrong with it. */
export function planArguments(args: readonly string[]): PlanArguments {
  const { values } = parsed(args);
  for (const option of ["markdown", "fail-on-diff"] as const) {
    if (values[option] && values.against === undefined) {
      throw new pulumi.RunError(`--${option} is about the difference to another revision; name one with --against, such as --against origin/main.`);
    }
  }
  return {
    project: values.project,
    stack: values.stack,
    against: values.against,
    markdown: values.markdown,
    failOnDiff: values["fail-on-diff"],
    out: values.out,
    help: values.help,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        project: { type: "string" },
        stack: { type: "string", default: "dev" },
        against: { type: "string" },
        markdown: { type: "boolean", default: false },
        "fail-on-diff": { type: "boolean", default: false },
        out: { type: "string", default: "plan" },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new pulumi.RunError(`${(error as Error).message.split(". ")[0]}. See npm run plan -- --help.`);
  }
}
