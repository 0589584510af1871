import type { RestoreArguments } from "./arguments.ts";
import { comparisonText, overviewText } from "./report.ts";
import type { Steps } from "./steps.ts";

/** How the guide speaks with a person. */
export interface Person {
  tell(text: string): void;
  /** Asks for a line; `undefined` when there is nobody to ask. */
  ask(question: string): Promise<string | undefined>;
}

const command = (options: string, { namespace, stack }: RestoreArguments) =>
  `npm run restore -- ${namespace === undefined ? `--stack ${stack}` : `--namespace ${namespace}`} ${options}`;

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
