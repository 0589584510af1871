import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type PlanArguments, planArguments, usage } from "./arguments.ts";
import { type Comparison, comparisonText } from "./comparison.ts";
import { planFiles, writePlan } from "./files.ts";
import { type Plan, planStack } from "./plan.ts";
import { folderName, projectFolder, repository } from "./project.ts";
import { exposureReport, planReport } from "./report.ts";

const colored = process.stdout.isTTY;
/** A program whose resources wait for each other leaves nothing to do, and Node would end without a word. */
const unfinished = 13;

/** Plans, writes and shows; resolves to the exit code. */
async function run(args: PlanArguments): Promise<number> {
  const plan = await planned(args);
  const folder = join(args.out, folderName(args));
  writePlan(folder, planFiles(plan.resources));
  const exposed = exposureReport(plan);
  if (exposed !== undefined) throw new pulumi.RunError(exposed);
  if (args.against === undefined) process.stdout.write(planReport(plan, folder, colored));
  else return await compare(plan, folder, args, args.against);
  return 0;
}

/** Plans at full speed, and a second time when that ends with a mistake of the program's, to show where it is. */
async function planned({ stack, project }: PlanArguments): Promise<Plan> {
  const folder = projectFolder(project);
  try {
    return await planStack(stack, { folder, traces: false });
  } catch (error) {
    if (isMessage(error)) throw error;
    return await planStack(stack, { folder });
  }
}

async function compare({ stack }: Plan, folder: string, { markdown, failOnDiff, project }: PlanArguments, against: string): Promise<number> {
  const { withPlanOf } = await import("./worktree.ts");
  const { differences } = await import("./difference.ts");
  const comparison: Comparison = await withPlanOf(repository, against, { stack, project }, ({ folder: before, problem }) => ({
    stack,
    against,
    problem,
    changes: differences(before, resolve(folder)),
  }));
  const { comparisonMarkdown } = await import("./markdown.ts");
  process.stdout.write(markdown ? comparisonMarkdown(comparison) : comparisonText(comparison, colored));
  return failOnDiff && comparison.changes.length > 0 ? 2 : 0;
}

/** Says what is wrong: a user's mistake as a message, a mistake of ours with its stack. */
async function fail(error: unknown, args: PlanArguments | undefined): Promise<number> {
  const text = isMessage(error) ? error.message : String((error as Error | undefined)?.stack ?? error);
  process.stderr.write(`${text}\n`);
  if (args?.markdown) process.stdout.write((await import("./markdown.ts")).mistakeMarkdown(args.stack, text));
  return 1;
}

/** Whether an error is meant for the user: what Pulumi itself prints without a stack. */
function isMessage(error: unknown): error is Error {
  return pulumi.RunError.isInstance(error) || (pulumi.ResourceError.isInstance(error) && error.hideStack === true);
}

let args: PlanArguments | undefined;
process.once("exit", (code) => {
  if (code !== unfinished) return;
  process.stderr.write("The plan never ends: resources wait for each other, or for a promise that nobody keeps.\n");
  process.exitCode = 1;
});
try {
  args = planArguments(process.argv.slice(2));
  if (args.help) process.stdout.write(usage);
  else process.exitCode = await run(args);
} catch (error) {
  process.exitCode = await fail(error, args);
}
