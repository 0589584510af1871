import { runProgram } from "../report.ts";
import { beside, compare, drop, overview, switchTo } from "./by-hand.ts";
import { fill } from "./fill.ts";
import { withRestoreLock } from "./lock.ts";
import { openTask, type Task } from "./task.ts";
import { endWhenTold } from "./unfinished.ts";

/** What a run does; each can be repeated. */
type Step = (task: Task, subject: string) => Promise<string>;

/** For the program that follows this one's log. */
const answer = (value: unknown): void => void process.stdout.write(`answer ${JSON.stringify(value)}\n`);

const steps: Record<string, Step> = {
  fill: (task, backup) => withRestoreLock(task.server, task.database, () => fill(task, backup)),
  list: async (task) => {
    answer(await overview(task));
    return "listed";
  },
  beside: async (task, backup) => {
    const restored = await withRestoreLock(task.server, task.database, () => beside(task, backup));
    answer(restored);
    return `backup ${restored.backup} is in database ${restored.name}`;
  },
  compare: async (task, candidate) => {
    answer(await compare(task, candidate));
    return "compared";
  },
  switch: async (task, candidate) => {
    const kept = await withRestoreLock(task.server, task.database, () => switchTo(task, candidate));
    answer({ kept });
    return `database ${task.database} is now what ${candidate} was; what it was before is ${kept}`;
  },
  drop: async (task, candidate) => {
    await withRestoreLock(task.server, task.database, () => drop(task, candidate));
    return `database ${candidate} is gone`;
  },
};

endWhenTold();
await runProgram("restore", async () => {
  const { STEP = "", SUBJECT = "" } = process.env;
  const step = steps[STEP];
  if (!step) throw new Error(`STEP ${STEP} is unknown; use one of ${Object.keys(steps).join(", ")}`);
  return step(await openTask(process.env), SUBJECT);
});
// A connection to the store that is kept alive would hold the process for seconds.
process.exit();
