import { rm } from "node:fs/promises";
import { runProgram } from "../report.ts";
import { fill } from "../restore/fill.ts";
import { withRestoreLock } from "../restore/lock.ts";
import { openTask } from "../restore/task.ts";
import { endWhenTold } from "../restore/unfinished.ts";
import { nearestSource } from "./recovered.ts";

/**
 * Fills the empty database of a new service with the newest data, or those of a moment, from the newest dump or from the archived log,
 * whichever comes nearer.
 */
endWhenTold();
await runProgram("restore", async () => {
  const { DIRECTORY, SUBJECT = "" } = process.env;
  const task = await openTask(process.env);
  // What a container before this one has left.
  await rm(DIRECTORY!, { recursive: true, force: true });
  return withRestoreLock(task.server, task.database, () => fill(task, SUBJECT, (wanted) => nearestSource(task, wanted, DIRECTORY!)));
});
process.exit();
