import { hold } from "../prometheus/hold.ts";
import { selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedRestoreDrill } from "./watched.ts";

const weekAndDayHours = 8 * 24;
const hourSeconds = 3600;
/** As old as a daily backup may be. */
const backupAgeSeconds = 26 * 3600;

/** Drills that restore a backup into a database of their own, by what they report afterwards. A backup that nobody can restore is none. */
export function restoreDrillAlerts(subject: AlertSubject, watched: WatchedRestoreDrill) {
  const { namespace, service } = subject;
  const target = selector({ job: watched.exporterJob, namespace });
  /** Older than that is the last good drill of a kind: `newest`, the newest backup, or `moment`. */
  const tooOld = (drilled: string, hours: number) => {
    const last = `max by (drilled) (restore_drill_last_success_timestamp_seconds${selector({ job: watched.exporterJob, namespace, drilled })})`;
    // Before the first good drill there is no time of it: that is as good as 1970. Without the exporter it is ExporterDown that speaks.
    return `time() - (${last} or on () 0 * max(up${target} == 1)) > ${hours} * 3600`;
  };
  const hours = watched.maximumAgeHours ?? weekAndDayHours;
  const momentHours = watched.momentMaximumAgeHours;
  const time = watched.recoveryTimeSeconds ?? hourSeconds;
  const point = watched.recoveryPointSeconds ?? backupAgeSeconds;
  return alerts(subject, [
    {
      name: "RestoreDrillTooOld",
      severity: "warning",
      dashboard: "backups",
      expr: momentHours === undefined ? tooOld("newest", hours) : `${tooOld("newest", hours)} or ${tooOld("moment", momentHours)}`,
      for: hold.days,
      summary: `No backup of ${service} in ${namespace} has been restored for too long.`,
      description:
        `{{ if gt $value 1e9 }}No drill has ever succeeded{{ else }}The last good drill was {{ $value | humanizeDuration }} ago{{ end }}; threshold ${hours} h${momentHours === undefined ? "" : `, and ${momentHours} h for one that goes back to a moment`}. ` +
        "Whether the backups can be restored is not known; after a loss of the volume everyone would depend on it.",
    },
    {
      name: "RestoreDrillFailed",
      severity: "warning",
      dashboard: "backups",
      expr: `min by (check, drilled) (restore_drill_result${target}) == 0`,
      for: hold.secondLook,
      summary: `A restored backup of ${service} in ${namespace} is not right.`,
      description:
        "The check {{ $labels.check }} of the {{ $labels.drilled }} {{ if ne $labels.drilled `moment` }}backup {{ end }}failed in the last drill. After a loss of the volume the data would be missing or wrong in this way.",
    },
    {
      name: "RestoreRtoAboveTarget",
      severity: "warning",
      dashboard: "backups",
      expr: `sum by (drilled) (max by (drilled, phase) (restore_drill_duration_seconds${target})) > ${time}`,
      for: hold.secondLook,
      summary: `A restore of ${service} in ${namespace} takes longer than promised.`,
      description: `The last drill took {{ $value | humanizeDuration }} from fetch to verification; the recovery time objective is ${time} s. After a loss of the volume all callers would get errors for that long.`,
    },
    {
      name: "RestoreRpoAboveTarget",
      severity: "warning",
      dashboard: "backups",
      expr: `max by (drilled) (restore_drill_rpo_seconds${target}) > ${point}`,
      for: hold.secondLook,
      summary: `A restore of ${service} in ${namespace} loses more than promised.`,
      description: `{{ if eq $labels.drilled "moment" }}At a moment that was drilled, {{ $value | humanizeDuration }} of writes were not in the log's archive{{ else }}The data of the newest backup were {{ $value | humanizeDuration }} old when the last drill began{{ end }}; the recovery point objective is ${point} s. After a loss of the volume callers would miss what they wrote in that time.`,
    },
  ]);
}
