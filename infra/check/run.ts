import { NoCluster } from "../preflight/cluster.ts";
import type { CheckArguments } from "./arguments.ts";
import { bad, type Check, type Finding, NoAnswer, skipped } from "./finding.ts";
import type { Result } from "./report.ts";
import type { Subject } from "./subject.ts";

/** Runs the checks at the same time: most of each is waiting for an answer. None keeps another from its own. */
export async function runChecks(checks: readonly Check[], subject: Subject, { only, skip }: Pick<CheckArguments, "only" | "skip">): Promise<Result[]> {
  const asked = await Promise.all(
    checks.map(async (check): Promise<Result> => {
      if (skip.includes(check.name) || (only.length > 0 && !only.includes(check.name))) return { name: check.name, findings: [skipped("Not asked for.")] };
      return { name: check.name, findings: await findingsOf(check, subject) };
    }),
  );
  return saidOnce(asked);
}

async function findingsOf(check: Check, subject: Subject): Promise<Finding[]> {
  try {
    return await check.ask(subject);
  } catch (error) {
    if (error instanceof NoAnswer) return [bad(`${error.message}.`, error.mend)];
    if (error instanceof NoCluster) return [bad(error.message, "Set KUBECONFIG, or slipway:cluster.context, to a cluster that answers.")];
    throw error;
  }
}

/** A cluster that is away is one fault, and not one of each check that would have asked it. */
function saidOnce(results: readonly Result[]): Result[] {
  const said = new Set<string>();
  return results.map(({ name, findings }) => ({
    name,
    findings: findings.map((finding) => {
      if (finding.status !== "bad") return finding;
      if (said.has(finding.says)) return skipped("Can't be asked, for the same reason as above.");
      said.add(finding.says);
      return finding;
    }),
  }));
}
