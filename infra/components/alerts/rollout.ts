import { hold } from "../prometheus/hold.ts";
import { durationText, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";

/** How new versions of the namespace's workloads come up, by kube-state-metrics. */
export function rolloutAlerts(subject: AlertSubject) {
  const { namespace } = subject;
  const all = selector({ namespace });
  return alerts(subject, [
    {
      name: "AppRolloutStuck",
      severity: "warning",
      dashboard: "resources",
      expr:
        `max by (deployment) (kube_deployment_spec_replicas${all} - kube_deployment_status_replicas_available${all}) > 0 ` +
        `or max by (statefulset) (kube_statefulset_replicas${all} - kube_statefulset_status_replicas_ready${all}) > 0`,
      for: hold.rollout,
      summary: `A rollout in ${namespace} does not finish.`,
      description:
        `{{ or $labels.deployment $labels.statefulset }} has had {{ $value }} pods less than asked for, for ${durationText(hold.rollout)}. ` +
        "The others serve on; one more failure may hurt callers. Of a database there is no other.",
    },
    {
      name: "AppRolloutDegraded",
      severity: "warning",
      dashboard: "resources",
      expr: `max by (deployment) (kube_deployment_status_condition${selector({ namespace, condition: "Progressing", status: "false" })}) == 1`,
      for: hold.secondLook,
      summary: `The new version of {{ $labels.deployment }} in ${namespace} does not come up.`,
      description:
        "Its rollout made no progress within the Deployment's deadline, by default 600 s. " +
        "Pods of the old version serve on, so callers are not hurt; what the new version was to mend is not mended.",
    },
    {
      name: "AppRolloutPausedTooLong",
      severity: "warning",
      dashboard: "resources",
      expr: `max by (deployment) (kube_deployment_spec_paused${all}) == 1`,
      for: hold.days,
      summary: `The rollout of {{ $labels.deployment }} in ${namespace} is paused.`,
      description: `Somebody paused it at least ${durationText(hold.days)} ago. Until it is resumed no change reaches its pods, a security fix as little as a new password; callers may meet two versions.`,
    },
  ]);
}
