import * as pulumi from "@pulumi/pulumi";
import { checkArguments, usage } from "./arguments.ts";
import { checks } from "./checks.ts";
import { exitCode, type Result, reportJson, reportText } from "./report.ts";
import { runChecks } from "./run.ts";
import { subjectOf } from "./subject.ts";

/** Whether an error is meant for the user: what Pulumi itself prints without a stack. */
const isMessage = (error: unknown): error is Error => pulumi.RunError.isInstance(error) || (pulumi.ResourceError.isInstance(error) && error.hideStack === true);

try {
  const names = checks.map(({ name }) => name);
  const args = checkArguments(process.argv.slice(2), names);
  if (args.help) process.stdout.write(usage(checks));
  else {
    const subject = await subjectOf(args);
    const results: Result[] = await runChecks(checks, subject, args);
    process.stdout.write(args.json ? reportJson(subject, results) : reportText(subject, results, process.stdout.isTTY));
    process.exitCode = exitCode(results);
  }
} catch (error) {
  process.stderr.write(`${isMessage(error) ? error.message : String((error as Error | undefined)?.stack ?? error)}\n`);
  process.exitCode = 1;
}
