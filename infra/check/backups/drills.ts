import { durationText } from "../age.ts";
import { bad, type Check, type Finding, good, skipped, warning } from "../finding.ts";
import type { Sample } from "../prometheus.ts";
import type { Subject } from "../subject.ts";

/** A weekly drill and a day to mend one that failed: the default of the alert. */
const defaultLimitHours = 8 * 24;

export const drills: Check = {
  name: "drills",
  asks: "has a backup been restored lately, completely, and within the objectives",
  async ask(subject) {
    if (!(await subject.isUp())) return [skipped(`The namespace ${subject.namespace} is not there yet.`)];
    const metrics = await subject.metrics();
    const series = (name: string) => `${name}{namespace="${subject.namespace}"}`;
    const [succeeded, results, point, phases] = await Promise.all([
      metrics.query(`max(${series("restore_drill_last_success_timestamp_seconds")})`),
      metrics.query(`min by (check) (${series("restore_drill_result")})`),
      metrics.query(`max(${series("restore_drill_rpo_seconds")})`),
      metrics.query(`max by (phase) (${series("restore_drill_duration_seconds")})`),
    ]);
    return judgeDrills({ succeeded: succeeded[0]?.value, results, point: point[0]?.value, phases }, { ...objectivesOf(subject), namespace: subject.namespace });
  },
};

export interface DrillFigures {
  /** When a drill last was good in every check, in seconds since 1970. */
  succeeded?: number;
  /** By label `check`; 1 is good. */
  results: readonly Sample[];
  /** Age in seconds of the newest row that the last drill restored, when the backup was taken from service. */
  point?: number;
  /** Seconds by label `phase`. */
  phases: readonly Sample[];
}

export interface DrillObjectives {
  namespace: string;
  limitHours: number;
  recoveryTimeSeconds?: number;
  recoveryPointSeconds?: number;
  /** Defaults to the clock of this machine. */
  now?: number;
}

function objectivesOf(_: Subject): Omit<DrillObjectives, "namespace"> {
  return { limitHours: defaultLimitHours };
}

export function judgeDrills({ succeeded, results, point, phases }: DrillFigures, objectives: DrillObjectives): Finding[] {
  const { namespace, limitHours, recoveryPointSeconds, recoveryTimeSeconds, now = Date.now() / 1000 } = objectives;
  const run = `Run one now: kubectl --namespace ${namespace} get cronjob shows it, create job drill-now --from=cronjob/<name> starts it; docs/runbooks/RestoreDrillFailed.md.`;
  const failed = results.filter(({ value }) => value !== 1).map(({ labels }) => labels.check);
  const findings: Finding[] = [];
  if (failed.length > 0) findings.push(bad(`The last drill failed in ${failed.join(", ")}: what was restored is not right.`, run));
  if (!succeeded) findings.push(bad("No restore was ever proved by a drill: whether the backups can be restored is not known.", run));
  else if (now - succeeded > limitHours * 3600)
    findings.push(bad(`The last good drill was ${durationText(now - succeeded)} ago; at most ${durationText(limitHours * 3600)} are meant.`, run));
  const time = phases.reduce((sum, { value }) => sum + value, 0);
  if (recoveryTimeSeconds !== undefined && time > recoveryTimeSeconds) {
    const by = phases.map(({ labels, value }) => `${labels.phase} ${durationText(value)}`).join(", ");
    findings.push(
      warning(
        `A restore takes ${durationText(time)} (${by}); the objective is ${durationText(recoveryTimeSeconds)}.`,
        "docs/runbooks/RestoreRtoAboveTarget.md",
      ),
    );
  }
  if (recoveryPointSeconds !== undefined && point !== undefined && point > recoveryPointSeconds) {
    findings.push(
      warning(`A restore loses ${durationText(point)}; the objective is ${durationText(recoveryPointSeconds)}.`, "docs/runbooks/RestoreRpoAboveTarget.md"),
    );
  }
  if (findings.length > 0) return findings;
  const lost = point === undefined ? "" : `, lost ${durationText(point)}`;
  return [good(`The last good drill was ${durationText(now - succeeded!)} ago: ${results.length} checks, took ${durationText(time)}${lost}.`)];
}
