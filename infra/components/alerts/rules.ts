import { addressProblems } from "../prometheus/alert.ts";
import type { AlertingRule, RuleFile } from "../prometheus/rule.ts";
import type { AlertsArgs } from "./alerts.ts";
import { backupAlerts } from "./backup.ts";
import { certificateAlerts } from "./certificate.ts";
import { postgresAlerts } from "./postgres.ts";
import { redisAlerts } from "./redis.ts";
import { serviceAlerts } from "./service.ts";
import type { AlertSubject } from "./subject.ts";
import { thresholdProblems } from "./thresholds.ts";
import { watchdogAlerts } from "./watchdog.ts";
import { exporterAlerts, workloadAlerts } from "./workload.ts";

/** The cause alerts of what is watched; nothing for what is not, since an alert without series can't fire. */
export function alertRules(subject: AlertSubject, args: AlertsArgs): RuleFile {
  const { service, postgres, redis = [], backup, certificate } = args;
  const exporters = [...(postgres ? [postgres.exporterJob] : []), ...redis.map(({ exporterJob }) => exporterJob)];
  const subjects: Record<string, AlertingRule[]> = {
    service: serviceAlerts(subject, service),
    workload: workloadAlerts(subject, service),
    exporters: exporterAlerts(subject, exporters),
    postgres: postgres ? postgresAlerts(subject, postgres) : [],
    redis: redis.flatMap((one) => redisAlerts(subject, one)),
    backup: backup ? backupAlerts(subject, backup) : [],
    certificate: certificate ? certificateAlerts(subject, certificate) : [],
    watchdog: watchdogAlerts(subject),
  };
  const groups = Object.entries(subjects).filter(([, rules]) => rules.length > 0);
  return { groups: groups.map(([name, rules]) => ({ name: `${subject.service}-${name}`, rules })) };
}

/** What is wrong with the arguments, each with its mend. */
export function alertProblems(args: AlertsArgs): (string | false)[] {
  const { redis = [], backup } = args;
  const jobs = redis.map(({ exporterJob }) => exporterJob);
  const hours = backup?.maximumAgeHours;
  return [
    ...thresholdProblems(args.thresholds),
    ...addressProblems({ runbookBaseUrl: args.runbookBaseUrl, dashboardUrl: args.dashboardUrl }),
    new Set(jobs).size < jobs.length && `redis names the exporterJob ${jobs.find((job, index) => jobs.indexOf(job) !== index)} twice; name each once.`,
    hours !== undefined && !(hours > 0) && `backup.maximumAgeHours ${hours} is no time; give the schedule's longest gap and two hours, such as 26.`,
  ];
}
