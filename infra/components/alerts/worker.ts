import { hold } from "../prometheus/hold.ts";
import { durationText, growth, percent, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedWorker } from "./watched.ts";

const windowSeconds = hold.rollout;

/** The queue, as its worker reports it. Nobody waits for a job's answer, so all of it are tickets. */
export function workerAlerts(subject: AlertSubject, watched: WatchedWorker) {
  const { namespace, service, thresholds } = subject;
  const target = selector({ job: watched.job, namespace });
  const jobs = (outcome: string) =>
    `sum by (queue) (${growth(`queue_jobs_total${selector({ job: watched.job, namespace, outcome })}`, target, windowSeconds)})`;
  const { deadLetterQueue } = watched;
  const oldest = selector({ job: watched.job, namespace, queue: deadLetterQueue && `!=${JSON.stringify(deadLetterQueue)}` });
  return alerts(subject, [
    {
      name: "AppWorkerDown",
      severity: "warning",
      dashboard: "worker",
      expr: `absent(up${target} == 1)`,
      for: hold.restart,
      summary: `No worker of ${service} in ${namespace} is there.`,
      description: `Prometheus has reached no pod of ${watched.job} for ${durationText(hold.restart)}. Jobs are accepted and wait; none is lost, and none is done. Nothing else reports how many they are.`,
    },
    {
      name: "AppQueueJobsFailing",
      severity: "warning",
      dashboard: "worker",
      // Retries are no failures yet: only a job that was given up is counted.
      expr: `${jobs("failed")} / (${jobs('=~"completed|failed"')} > 0) > ${thresholds.queueFailed}`,
      for: hold.secondLook,
      summary: `Jobs of ${service} in ${namespace} fail for good.`,
      description: `{{ $value | humanizePercentage }} of the jobs of queue {{ $labels.queue }} were given up after all their tries within ${durationText(windowSeconds)}, threshold ${percent(thresholds.queueFailed)}. What they were to do stays undone for those who asked for it.`,
    },
    {
      name: "AppQueueWaitTooLong",
      severity: "warning",
      dashboard: "worker",
      expr: `max by (queue) (queue_oldest_waiting_seconds${oldest}) > ${thresholds.queueWaitSeconds}`,
      for: hold.restart,
      summary: `Jobs of ${service} in ${namespace} wait too long.`,
      description: `The oldest job in queue {{ $labels.queue }} has waited for {{ $value | humanizeDuration }}, threshold ${thresholds.queueWaitSeconds} s. More jobs come than are done; whoever expects their effect waits as long.`,
    },
    deadLetterQueue !== undefined && {
      name: "AppQueueDeadLetters",
      severity: "warning",
      dashboard: "worker",
      expr: `max(queue_jobs${selector({ job: watched.job, namespace, queue: deadLetterQueue, state: "waiting" })}) > 0`,
      for: hold.restart,
      summary: `Jobs of ${service} in ${namespace} were given up and wait for a person.`,
      description: `{{ $value }} jobs are in the queue ${deadLetterQueue}. What they were to do stays undone for those who asked for it, until somebody sends them again or deletes them.`,
    },
  ]);
}
