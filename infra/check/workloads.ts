import { failuresOf, type PodStatus } from "../diagnosis/pods.ts";
import type { Manifest } from "../plan/resource.ts";
import type { KubernetesObject } from "./cluster.ts";
import { bad, type Check, type Finding, good, skipped, warning } from "./finding.ts";

const kinds: Record<string, string> = { Deployment: "deployments", StatefulSet: "statefulsets", DaemonSet: "daemonsets" };

export const workloads: Check = {
  name: "workloads",
  asks: "does what lasts run, with as many pods as it should have",
  async ask(subject) {
    if (!(await subject.isUp())) return [skipped(`The namespace ${subject.namespace} is not there yet.`)];
    const cluster = await subject.cluster();
    const lasting = subject.manifests.filter(({ kind }) => kind in kinds);
    const found = await Promise.all(
      lasting.map(({ kind, metadata }) => cluster.get(`/apis/apps/v1/namespaces/${metadata.namespace}/${kinds[kind]}/${metadata.name}`)),
    );
    const findings = lasting.map((manifest, index) => judge(manifest, found[index], subject.after));
    const pods = await cluster.list(`/api/v1/namespaces/${subject.namespace}/pods`);
    const failing = pods.flatMap((pod) => failuresOf(pod as PodStatus).map((failure) => ({ ...failure, last: runsToItsEnd(pod) })));
    return [
      ...findings.filter(({ status }) => status !== "good"),
      ...failing.map(({ pod, container, reason, message, last }) => {
        const says = `Pod ${pod}, container ${container}: ${reason}${message ? ` (${message.trim().split("\n").at(-1)})` : ""}.`;
        const mend = `kubectl --namespace ${subject.namespace} logs ${pod} --all-containers --previous`;
        // A failed Job's pod is kept for its log, and may be history: its alert tells whether a later run made it good.
        return last ? warning(says, mend.replace(" --previous", "")) : bad(says, mend);
      }),
      summary(findings),
    ];
  },
};

const summary = (findings: readonly Finding[]) =>
  good(`${findings.filter(({ status }) => status === "good").length} of ${findings.length} workloads run in full.`);

const runsToItsEnd = ({ spec }: KubernetesObject) => spec?.restartPolicy !== undefined && spec.restartPolicy !== "Always";

export function judge({ kind, metadata, spec }: Manifest, found: KubernetesObject, after: boolean): Finding {
  const title = `${kind} ${metadata.name}`;
  if (!found)
    return after
      ? bad(`${title} is not there.`, "Run up again; what it printed says why it stopped.")
      : warning(`${title} is not there yet.`, "Run up, which makes it.");
  // What somebody scaled down by hand is short of what was planned. With an autoscaler the plan names no number.
  const wanted = Math.max(spec?.replicas ?? 0, found.spec?.replicas ?? found.status?.desiredNumberScheduled ?? 1);
  const available = found.status?.availableReplicas ?? found.status?.numberAvailable ?? 0;
  const mend = `kubectl --namespace ${metadata.namespace} describe ${kind.toLowerCase()} ${metadata.name}`;
  if (found.status?.observedGeneration < found.metadata.generation) return warning(`${title} has a change that nobody has acted on yet.`, mend);
  if (available >= wanted) return good(`${title} has ${available} of ${wanted} pods.`);
  const says = `${title} has ${available} of ${wanted} pods.`;
  return available === 0 ? bad(says, mend) : warning(says, mend);
}
