import { parseArgs } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { wantedProblem } from "../components/backup-tools/restore/wanted-backup.ts";

export interface RestoreArguments {
  stack: string;
  namespace?: string;
  context?: string;
  /** What to restore beside: latest, a name or a moment. */
  to?: string;
  switch?: string;
  drop?: string;
  help: boolean;
}

export const usage = `Restores a backup beside the running database, compares the two, and switches when you say so.

  npm run restore -- [options]

  --to <backup>          latest, a backup's name, or a moment such as 2026-11-21T03:00:00Z: the newest whose data are not younger.
                         Restored into a database of its own, compared, and switched to when you type the name of the one in use.
  --switch <database>    Only the switch: to a restored database, or back to the one that was in use before.
  --drop <database>      Drops a database that a restore has made or put aside.
                         Without any of the three: lists backups and databases, and changes nothing.

  --stack <name>         Stack whose database it is. Defaults to dev.
  --namespace <name>     Its namespace. Defaults to what the stack's file says.
  --context <name>       Context of the kubeconfig. Defaults to the stack's, or the current one.
  --help                 Shows this.

Each step may be repeated. Ctrl-C ends a restore and takes away what it has made; a switch has happened or has not.
Exit code: 0 done, or nothing switched because you said no; 1 failed, nothing switched; 130 ended by Ctrl-C.
`;

/** Reads the command line; throws a message that says what is wrong with it. */
export function restoreArguments(args: readonly string[]): RestoreArguments {
  const values = parsed(args);
  const problem = values.to === undefined ? undefined : wantedProblem(values.to);
  if (problem) throw new pulumi.RunError(`--to ${problem}.`);
  const chosen = (["to", "switch", "drop"] as const).filter((option) => values[option] !== undefined);
  if (chosen.length > 1) throw new pulumi.RunError(`--${chosen.join(" and --")}: take one step at a time. See npm run restore -- --help.`);
  return values;
}

function parsed(args: readonly string[]): RestoreArguments {
  try {
    const text = { type: "string" } as const;
    const options = { to: text, switch: text, drop: text, namespace: text, context: text } as const;
    return parseArgs({ args: [...args], options: { ...options, stack: { type: "string", default: "dev" }, help: { type: "boolean", default: false } } }).values;
  } catch (error) {
    throw new pulumi.RunError(`${(error as Error).message.split(". ")[0]}. See npm run restore -- --help.`);
  }
}
