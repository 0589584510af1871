import type { RestoreArguments } from "./arguments.ts";
import { comparisonText, overviewText } from "./report.ts";
import type { StepName, Steps } from "./steps.ts";

/** How the guide speaks with a person. */
export interface Person {
  tell(text: string): void;
  /** Asks for a line; `undefined` when there is nobody to ask. */
  ask(question: string): Promise<string | undefined>;
}

/** A command line of the same place. */
const command = (options: string, { context, namespace, stack }: RestoreArguments) =>
  ["npm run restore --", namespace === undefined ? `--stack ${stack}` : `--namespace ${namespace}`, context && `--context ${context}`, options]
    .filter(Boolean)
    .join(" ");

/** Leads through what the command line asks for. Only the switch changes what users see, and only it asks. */
export async function guide(args: RestoreArguments, steps: Steps, person: Person): Promise<void> {
  if (args.drop !== undefined) {
    await steps.take("drop", args.drop);
    return;
  }
  const overview = await steps.take("list", "");
  person.tell(overviewText(overview));
  if (args.switch !== undefined) return switchOver(args, overview.database, args.switch, steps, person);
  if (args.to === undefined) {
    person.tell(`Restore one beside the database in use: ${command("--to latest", args)}\n`);
    return;
  }
  const { name, phases } = await steps.take("beside", args.to);
  if (!phases) person.tell(`It is in database ${name} already, from an earlier restore.\n`);
  await switchOver(args, overview.database, name, steps, person);
}

async function switchOver(args: RestoreArguments, inUse: string, candidate: string, steps: Steps, person: Person): Promise<void> {
  person.tell(`\n${comparisonText(await steps.take("compare", candidate), inUse)}`);
  const answer = await person.ask(`Type ${inUse} to put ${candidate} in its place; anything else leaves everything as it is: `);
  if (answer?.trim() !== inUse) {
    person.tell(`\nNothing was switched. Do it later: ${command(`--switch ${candidate}`, args)}\nOr drop it: ${command(`--drop ${candidate}`, args)}\n`);
    return;
  }
  const { kept } = await steps.take("switch", candidate);
  person.tell(
    `\nDatabase ${inUse} is now what ${candidate} was. Sessions were ended and came back to it.\nThe way back: ${command(`--switch ${kept}`, args)}\nWhen all is well: ${command(`--drop ${kept}`, args)}\n`,
  );
}

/** The last words after Ctrl-C: what is now, and how to go on. `last` is the step that was begun last; `left`, why what it left may still be there. */
export function endedText(args: RestoreArguments, last?: { step: StepName; subject: string }, left?: string): string {
  const list = command("", args);
  const same = (["to", "switch", "drop"] as const).flatMap((option) => (args[option] === undefined ? [] : [`--${option} ${args[option]}`])).join("");
  const begun: Record<StepName, string> = {
    list: `Nothing was changed.\nOnce more: ${command(same, args)}`,
    beside: `${left === undefined ? "What was restored so far is taken away" : "What was restored so far is taken away by the next restore"}.\nOnce more: ${command(same, args)}`,
    compare: `Nothing was switched.\nGo on: ${command(`--switch ${last?.subject}`, args)}`,
    switch: `The switch has happened whole or not at all; the list says which: ${list}\nIf it has not: ${command(`--switch ${last?.subject}`, args)}`,
    drop: `The list says whether ${last?.subject} is gone: ${list}\nIf it is not: ${command(`--drop ${last?.subject}`, args)}`,
  };
  return `Ended. ${left === undefined ? "" : `${left}\n`}${begun[last?.step ?? "list"]}\n`;
}
