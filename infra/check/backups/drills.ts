import { watched } from "../../observed.ts";
import { durationText } from "../age.ts";
import { bad, type Check, type Finding, good, skipped, warning } from "../finding.ts";
import type { Sample } from "../prometheus.ts";
import type { Subject } from "../subject.ts";

export const drills: Check = {
  name: "drills",
  asks: "has a backup been restored lately, completely, and within the objectives",
  async ask(subject) {
    if (!(await subject.isUp())) return [skipped(`The namespace ${subject.namespace} is not there yet.`)];
    const job = subject.manifests.find(({ kind, metadata }) => kind === "CronJob" && /drill/.test(metadata.name));
    if (!job)
      return [
        warning(
          "The stack restores no backup on a schedule: whether they can be restored is not known.",
          "Set slipway:restoreDrill.schedule; docs/backups.md.",
        ),
      ];
    const { name, namespace = subject.namespace } = job.metadata;
    const found = await (await subject.cluster()).get(`/apis/batch/v1/namespaces/${namespace}/cronjobs/${name}`);
    if (!found) return [bad(`There is no CronJob ${name} in ${namespace}.`, `npx pulumi up --stack ${subject.stack} makes it.`)];
    const { maximumAgeHours, ...objectives } = watched(subject.config).restoreDrill;
    return judgeDrills(await figures(subject), {
      ...objectives,
      limitHours: maximumAgeHours,
      name,
      namespace,
      made: Date.parse(found.metadata.creationTimestamp) / 1000,
    });
  },
};

/** What the exporter found in the bucket, in evidence that this stack has signed. */
async function figures(subject: Subject): Promise<DrillFigures> {
  const metrics = await subject.metrics();
  const series = (name: string) => `${name}{namespace="${subject.namespace}"}`;
  const [succeeded, results, point, phases] = await Promise.all([
    metrics.query(`max(${series("restore_drill_last_success_timestamp_seconds")})`),
    metrics.query(`min by (check) (${series("restore_drill_result")})`),
    metrics.query(`max(${series("restore_drill_rpo_seconds")})`),
    metrics.query(`max by (phase) (${series("restore_drill_duration_seconds")})`),
  ]);
  return { succeeded: succeeded[0]?.value, results, point: point[0]?.value, phases };
}

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

export interface DrillContext {
  /** CronJob of the drill, and its namespace. */
  name: string;
  namespace: string;
  /** When that was made, in seconds since 1970. */
  made: number;
  /** Hours after which the last good drill is too old. */
  limitHours: number;
  recoveryTimeSeconds?: number;
  recoveryPointSeconds?: number;
  /** Defaults to the clock of this machine. */
  now?: number;
}

export function judgeDrills({ succeeded, results, point, phases }: DrillFigures, context: DrillContext): Finding[] {
  const { name, namespace, made, limitHours, recoveryPointSeconds, recoveryTimeSeconds, now = Date.now() / 1000 } = context;
  const run = `Run one now: kubectl --namespace ${namespace} create job drill-now --from=cronjob/${name}; its log says what fails. docs/runbooks/RestoreDrillFailed.md.`;
  const failed = results.filter(({ value }) => value !== 1).map(({ labels }) => labels.check);
  const findings: Finding[] = [];
  if (failed.length > 0) findings.push(bad(`The last drill failed in ${failed.join(", ")}: what was restored is not right.`, run));
  if (succeeded === undefined) {
    const never = "No backup was ever restored by a drill: whether they can be is not known";
    const due = now - made < limitHours * 3600 && failed.length === 0;
    findings.push(due ? warning(`${never}; the first is due by its schedule.`, run) : bad(`${never}.`, run));
  }
  if (succeeded !== undefined && now - succeeded > limitHours * 3600)
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
