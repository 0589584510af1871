import { createInterface } from "node:readline/promises";
import * as pulumi from "@pulumi/pulumi";
import { NoCluster } from "../preflight/cluster.ts";
import { type RestoreArguments, restoreArguments, usage } from "./arguments.ts";
import { endedText, guide, type Person } from "./guide.ts";
import { placeOf } from "./place.ts";
import { stepJobs } from "./step-job.ts";
import { StepFailed, type StepName, type Steps } from "./steps.ts";

/** Whether an error is meant for the user. */
const isMessage = (error: unknown): error is Error => pulumi.RunError.isInstance(error) || error instanceof StepFailed || error instanceof NoCluster;

const stop = new AbortController();
const interrupted = () => {
  if (stop.signal.aborted) return;
  process.stderr.write("\nEnding; what is not finished is taken away. Wait a moment.\n");
  stop.abort();
};
process.on("SIGINT", interrupted);
process.on("SIGTERM", interrupted);

const person: Person = {
  tell: (text) => void process.stdout.write(text),
  ask: async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    lines.once("SIGINT", interrupted);
    try {
      return await Promise.race([
        lines.question(question, { signal: stop.signal }),
        new Promise<undefined>((resolve) => lines.once("close", () => resolve(undefined))),
      ]);
    } finally {
      lines.close();
    }
  },
};

let last: { step: StepName; subject: string } | undefined;
/** Remembers what was begun last, for the words after Ctrl-C. */
const remembered = ({ take }: Steps): Steps => ({
  take: (step, subject) => {
    last = { step, subject };
    return take(step, subject);
  },
});

let args: RestoreArguments | undefined;
try {
  args = restoreArguments(process.argv.slice(2));
  if (args.help) process.stdout.write(usage);
  else await guide(args, remembered(await stepJobs(placeOf(args), (line) => person.tell(`  ${line}\n`), stop.signal)), person);
} catch (error) {
  process.exitCode = stop.signal.aborted ? 130 : 1;
  if (!stop.signal.aborted) process.stderr.write(`${isMessage(error) ? error.message : String((error as Error | undefined)?.stack ?? error)}\n`);
  else if (args) process.stderr.write(endedText(args, last, error instanceof StepFailed ? error.message : undefined));
}
// A log that is no longer read would hold the process.
process.exit();
