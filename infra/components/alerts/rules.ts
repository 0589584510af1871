import { addressProblems } from "../prometheus/alert.ts";
import type { AlertingRule, RuleFile } from "../prometheus/rule.ts";
import type { AlertsArgs } from "./alerts.ts";
import { backupAlerts } from "./backup.ts";
import { certificateAlerts } from "./certificate.ts";
import { dependencyAlerts } from "./dependency.ts";
import { exporterAlerts } from "./exporters.ts";
import { jobAlerts } from "./jobs.ts";
import { postgresAlerts } from "./postgres.ts";
import { postgresReplicationAlerts } from "./postgres-replication.ts";
import { redisAlerts } from "./redis.ts";
import { restoreDrillAlerts } from "./restore-drill.ts";
import { rolloutAlerts } from "./rollout.ts";
import { saturationAlerts } from "./saturation.ts";
import { serviceAlerts } from "./service.ts";
import type { AlertSubject } from "./subject.ts";
import { thresholdProblems } from "./thresholds.ts";
import { walArchiveAlerts } from "./wal-archive.ts";
import { watchdogAlerts } from "./watchdog.ts";
import { webSocketAlerts } from "./web-socket.ts";
import { workerAlerts } from "./worker.ts";
import { workloadAlerts } from "./workload.ts";

/** The cause alerts of what is watched; nothing for what is not, since an alert without series can't fire. */
export function alertRules(subject: AlertSubject, args: AlertsArgs): RuleFile {
  const { service, worker, postgres, redis = [], backups = [], restoreDrill, certificate } = args;
  const subjects: Record<string, AlertingRule[]> = {
    service: [...serviceAlerts(subject, service), ...dependencyAlerts(subject, service, worker)],
    websocket: service.webSocket ? webSocketAlerts(subject, service) : [],
    worker: worker ? workerAlerts(subject, worker) : [],
    workload: [...workloadAlerts(subject, service), ...rolloutAlerts(subject), ...jobAlerts(subject, service, backups)],
    saturation: saturationAlerts(subject, service, worker),
    exporters: exporterAlerts(subject, exporterJobs(args)),
    postgres: postgres ? [...postgresAlerts(subject, postgres), ...walArchiveAlerts(subject, postgres), ...postgresReplicationAlerts(subject, postgres)] : [],
    redis: redis.flatMap((one) => redisAlerts(subject, one)),
    backup: backupAlerts(subject, backups),
    "restore-drill": restoreDrill ? restoreDrillAlerts(subject, restoreDrill) : [],
    certificate: certificate ? certificateAlerts(subject, certificate) : [],
    watchdog: watchdogAlerts(subject),
  };
  const groups = Object.entries(subjects).filter(([, rules]) => rules.length > 0);
  return { groups: groups.map(([name, rules]) => ({ name: `${subject.service}-${name}`, rules })) };
}

/** Jobs of all that reports what the alerts rely on, once each: backups and drills may share theirs. */
function exporterJobs({ postgres, redis = [], backups = [], restoreDrill }: AlertsArgs): string[] {
  const { walArchive } = postgres ?? {};
  const jobs = [...[postgres, ...redis, walArchive, ...backups, restoreDrill].map((watched) => watched?.exporterJob), walArchive?.job];
  return [...new Set(jobs.filter((job) => job !== undefined))];
}

/** What is wrong with the arguments, each with its mend. */
export function alertProblems(args: AlertsArgs): (string | false)[] {
  const { redis = [], backups = [], postgres, restoreDrill, service, worker } = args;
  const jobs = redis.map(({ exporterJob }) => exporterJob);
  const cronJobs = backups.map(({ cronJob }) => cronJob);
  const times = {
    "restoreDrill.maximumAgeHours": restoreDrill?.maximumAgeHours,
    "restoreDrill.momentMaximumAgeHours": restoreDrill?.momentMaximumAgeHours,
    "restoreDrill.recoveryTimeSeconds": restoreDrill?.recoveryTimeSeconds,
    "restoreDrill.recoveryPointSeconds": restoreDrill?.recoveryPointSeconds,
  };
  const replicas = postgres?.replicas;
  return [
    ...thresholdProblems(args.thresholds),
    ...addressProblems(args),
    ...twice(jobs).map((job) => `redis names the exporterJob ${job} twice; name each once.`),
    ...twice(cronJobs).map((cronJob) => `backups name the cronJob ${cronJob} twice; name each once.`),
    worker?.job === service.name &&
      `worker.job ${worker.job} is the service's own job, so its pods could not be told apart; give the worker's, such as ${service.name}-worker.`,
    replicas !== undefined &&
      !(Number.isInteger(replicas) && replicas >= 0) &&
      `postgres.replicas ${replicas} is no number of standbys; give a whole number from 0.`,
    ...backups.map(
      ({ cronJob, maximumAgeHours: hours }) =>
        hours !== undefined &&
        !(hours > 0) &&
        `backups: maximumAgeHours ${hours} of ${cronJob} is no time; give the schedule's longest gap and two hours, such as 26.`,
    ),
    ...Object.entries(mends).map(([key, mend]) => {
      const value = times[key as keyof typeof mends];
      return value !== undefined && !(value > 0) && `${key} ${value} is no time; ${mend}.`;
    }),
  ];
}

/** What stands in a list again, once each. */
const twice = (names: string[]) => [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];

const mends = {
  "restoreDrill.maximumAgeHours": "give the drills' longest gap and a day, such as 192",
  "restoreDrill.momentMaximumAgeHours": "give the longest gap between drills of a moment, three drills by default, and a day, such as 96",
  "restoreDrill.recoveryTimeSeconds": "give the recovery time objective in seconds, such as 3600",
  "restoreDrill.recoveryPointSeconds": "give the recovery point objective in seconds, such as 93600",
};
