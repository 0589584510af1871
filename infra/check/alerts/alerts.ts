import { bad, type Check, type Finding, good, skipped, warning } from "../finding.ts";
import type { Alert } from "../prometheus.ts";

export const alerts: Check = {
  name: "alerts",
  asks: "does Prometheus evaluate the stack's rules, and what fires",
  async ask(subject) {
    if (!(await subject.isUp())) return [skipped(`The namespace ${subject.namespace} is not there yet.`)];
    return judge(await (await subject.metrics()).alerts(), subject.namespace);
  },
};

/** By the static label `namespace` that all our alerts have. */
export function judge(all: readonly Alert[], namespace: string): Finding[] {
  const firing = all.filter(({ state, labels }) => state === "firing" && labels.namespace === namespace);
  const told = firing.filter(({ labels }) => labels.alertname !== "Watchdog").map(findingOf);
  // It always fires: without it the others may just not be evaluated.
  if (!firing.some(({ labels }) => labels.alertname === "Watchdog")) {
    return [
      bad(
        `Prometheus knows no Watchdog of ${namespace}, which always fires: it does not evaluate this stack's rules.`,
        "Right after the first up it takes a minute. Else the operator does not select them: slipway:alerts.ruleLabels; docs/runbooks/Watchdog.md.",
      ),
      ...told,
    ];
  }
  return told.length > 0 ? told : [good("The rules are evaluated, and no alert fires.")];
}

function findingOf({ labels, annotations, activeAt }: Alert): Finding {
  const says = `${labels.alertname} fires since ${activeAt.replace(/\.\d+/, "")}: ${annotations.summary ?? "it has no summary"}`;
  const mend = annotations.runbook_url ?? `docs/runbooks/${labels.alertname}.md`;
  return labels.severity === "critical" ? bad(says, mend) : warning(says, mend);
}
