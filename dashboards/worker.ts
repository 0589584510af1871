import { dashboard } from "./dashboard.ts";
import type { DashboardOptions, ShownWorker } from "./options.ts";
import { lines, type Made, numbers } from "./panel.ts";
import { from, quantile, rate } from "./query.ts";

/** The queue, as its worker reports it, and the worker's own process. */
export function workerDashboard(options: DashboardOptions) {
  const { worker: watched } = options;
  const { job } = watched!;
  return dashboard(options, "worker", [
    { title: "Queue", panels: queue(options, watched!) },
    { title: "Jobs", panels: jobs(options, job) },
    { title: "Worker", panels: worker(options, job) },
  ]);
}

function queue({ thresholds }: DashboardOptions, { job, deadLetterQueue }: ShownWorker): Made[] {
  const span = deadLetterQueue === undefined ? 10 : 8;
  return [
    numbers({
      title: "Workers",
      description: "Pods that Prometheus reaches. With none, jobs are accepted and wait; none is lost.",
      unit: "short",
      queries: { up: `sum(up${from(job)})` },
      below: "red",
      limits: [{ value: 1, color: "green" }],
      alerts: ["AppWorkerDown"],
      span: 4,
      noValue: "no worker",
    }),
    ...(deadLetterQueue === undefined
      ? []
      : [
          numbers({
            title: "Given up",
            description: "Jobs that failed after all their tries and wait for a person to send them again or delete them.",
            unit: "short",
            queries: { jobs: `max(queue_jobs${from(job, `queue="${deadLetterQueue}", state="waiting"`)})` },
            limits: [{ value: 1, color: "red" }],
            alerts: ["AppQueueDeadLetters"],
            span: 4,
            noValue: "no worker",
          }),
        ]),
    lines({
      title: "Oldest waiting job",
      description: "How long the job that has waited longest could have been worked on. The line is the alert's.",
      unit: "s",
      // Each worker reports the same queue.
      queries: { "{{queue}}": `max by (queue) (queue_oldest_waiting_seconds${from(job, deadLetterQueue && `queue!="${deadLetterQueue}"`)})` },
      limits: [{ value: thresholds.queueWaitSeconds, color: "red" }],
      alerts: ["AppQueueWaitTooLong"],
      span,
    }),
    lines({
      title: "Jobs by state",
      description: "Waiting ones could be done now, delayed ones later; failed ones were given up and wait for a person.",
      unit: "short",
      queries: { "{{queue}} {{state}}": `max by (queue, state) (queue_jobs${from(job)})` },
      span,
    }),
  ];
}

function jobs({ thresholds }: DashboardOptions, job: string): Made[] {
  const ended = (outcome: string) => `sum by (queue) (${rate(`queue_jobs_total${from(job, `outcome=~"${outcome}"`)}`)})`;
  return [
    lines({
      title: "Jobs done",
      description: "Attempts per second by outcome. Retried ones come back; failed ones were given up.",
      unit: "ops",
      queries: { "{{queue}} {{outcome}}": `sum by (queue, outcome) (${rate(`queue_jobs_total${from(job)}`)})` },
      noValue: "no jobs",
    }),
    lines({
      title: "Jobs that fail for good",
      description: "Share of jobs that were given up after all their tries. What they were to do stays undone. The line is the alert's.",
      unit: "percentunit",
      queries: { "{{queue}}": `${ended("failed")} / (${ended("completed|failed")} > 0)` },
      limits: [{ value: thresholds.queueFailed, color: "red" }],
      alerts: ["AppQueueJobsFailing"],
      noValue: "none failed",
    }),
    lines({
      title: "Duration of a job",
      description: "Half and 95 % of attempts are quicker than this. Long ones hold up those behind them.",
      unit: "s",
      queries: {
        "{{queue}} median": quantile(0.5, "queue_job_duration_seconds", from(job), "queue"),
        "{{queue}} 95 %": quantile(0.95, "queue_job_duration_seconds", from(job), "queue"),
      },
      noValue: "no jobs",
    }),
  ];
}

function worker({ thresholds }: DashboardOptions, job: string): Made[] {
  return [
    lines({
      title: "Event loop lag of the worker, 99 %",
      description: "How long a turn of the event loop waits, by pod. A job that computes for long holds up all others in its pod.",
      unit: "s",
      queries: { "{{pod}}": `max by (pod) (nodejs_eventloop_lag_p99_seconds${from(job)})` },
      limits: [{ value: thresholds.eventLoopLagSeconds, color: "red" }],
    }),
    lines({
      title: "CPU of the worker",
      description: "CPU seconds per second, by pod: 1 is one core, and all that one process can use.",
      unit: "none",
      queries: { "{{pod}}": `sum by (pod) (${rate(`process_cpu_seconds_total${from(job)}`)})` },
    }),
    lines({
      title: "Memory of the worker",
      description: "Resident memory, by pod. A slope that restarts end is a leak.",
      unit: "bytes",
      queries: { "{{pod}}": `max by (pod) (process_resident_memory_bytes${from(job)})` },
    }),
    numbers({
      title: "Dependencies of the worker",
      description: "1 when at least one worker reaches it. Without Postgres no job is done.",
      unit: "short",
      queries: { "{{dependency}}": `max by (dependency) (dependency_up${from(job)})` },
      below: "red",
      limits: [{ value: 1, color: "green" }],
      alerts: ["AppDependencyDown"],
      span: 12,
    }),
    lines({
      title: "Queries of the worker, 95 %",
      description: "95 % of a statement's runs are quicker than this, with the wait for a connection.",
      unit: "s",
      queries: { "{{query}}": quantile(0.95, "db_query_duration_seconds", from(job), "query") },
      span: 12,
      noValue: "no queries",
    }),
  ];
}
