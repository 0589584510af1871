import { NoCluster } from "../preflight/cluster.ts";
import type { CheckArguments } from "./arguments.ts";
import { bad, type Check, type Finding, NoAnswer, skipped } from "./finding.ts";
import type { Result } from "./report.ts";
import type { Subject } from "./subject.ts";

/** Runs the checks at the same time: most of each is waiting for an answer. None keeps another from its own. */
export function runChecks(checks: readonly Check[], subject: Subject, { only, skip }: Pick<CheckArguments, "only" | "skip">): Promise<Result[]> {
  return Promise.all(
    checks.map(async (check): Promise<Result> => {
      if (skip.includes(check.name) || (only.length > 0 && !only.includes(check.name))) return { name: check.name, findings: [skipped("Not asked for.")] };
      return { name: check.name, findings: await findingsOf(check, subject) };
    }),
  );
}

async function findingsOf(check: Check, subject: Subject): Promise<Finding[]> {
  try {
    return await check.ask(subject);
  } catch (error) {
    if (error instanceof NoAnswer) return [bad(`${error.message}.`, error.mend)];
    if (error instanceof NoCluster) return [bad(error.message, "Reach the cluster first; nothing can be said about it until then.")];
    throw error;
  }
}
