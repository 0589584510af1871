import type { Manifest } from "../../plan/resource.ts";
import { NoCluster } from "../../preflight/cluster.ts";
import type { ClusterApi } from "../cluster.ts";
import { bad, type Finding, good, NoAnswer } from "../finding.ts";
import type { Subject } from "../subject.ts";

/** What up asks of the API for each kind: a change is a patch, and one of an immutable field a deletion and a creation. */
const verbs = ["get", "create", "patch", "delete"] as const;

interface Right {
  group: string;
  resource: string;
  /** Left out for what belongs to no namespace. */
  namespace?: string;
  verb: string;
}

/** Asks the API server itself what the log-in may do (SelfSubjectAccessReview), for every kind of the plan. */
export async function clusterRights({ cluster: connect, manifests }: Subject): Promise<Finding[]> {
  try {
    const cluster = await connect();
    const rights = await rightsFor(manifests, cluster);
    const answers = await Promise.all(rights.map((right) => isAllowed(cluster, right)));
    const denied = rights.filter((_, index) => !answers[index]);
    if (denied.length === 0)
      return [good(`The cluster at ${cluster.server} lets this log-in do what up does, on ${rights.length / verbs.length} kinds of objects.`)];
    return [
      bad(
        `The log-in of the kubeconfig may not ${denied.map(textOf).join(", ")}.`,
        "Have a role that may bound to it, or choose another context: slipway:cluster.context. kubectl auth can-i --list shows what it may.",
      ),
    ];
  } catch (error) {
    if (error instanceof NoCluster) return [bad(error.message, "Set KUBECONFIG, or slipway:cluster.context, to a cluster that answers.")];
    if (error instanceof NoAnswer) return [bad(`${error.message}.`, error.mend)];
    throw error;
  }
}

/** Each kind in each namespace once. Kinds that the cluster does not know are the operators' check. */
async function rightsFor(manifests: readonly Manifest[], cluster: ClusterApi): Promise<Right[]> {
  const groupVersions = [...new Set(manifests.map(({ apiVersion }) => apiVersion))];
  const offered = await Promise.all(groupVersions.map((one) => cluster.get(one.includes("/") ? `/apis/${one}` : `/api/${one}`)));
  const kinds = new Map<string, Omit<Right, "verb">>();
  for (const { apiVersion, kind, metadata } of manifests) {
    const resources: { kind: string; name: string; namespaced: boolean }[] = offered[groupVersions.indexOf(apiVersion)]?.resources ?? [];
    const known = resources.find((resource) => resource.kind === kind && !resource.name.includes("/"));
    if (!known) continue;
    const namespace = known.namespaced ? metadata.namespace : undefined;
    const group = apiVersion.includes("/") ? apiVersion.split("/")[0]! : "";
    kinds.set(`${group}/${known.name}/${namespace}`, { group, resource: known.name, namespace });
  }
  return [...kinds.values()].flatMap((kind) => verbs.map((verb) => ({ ...kind, verb })));
}

async function isAllowed(cluster: ClusterApi, right: Right): Promise<boolean> {
  const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes: right } };
  return (await cluster.ask("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review))?.status?.allowed === true;
}

const textOf = ({ verb, resource, group, namespace }: Right) => `${verb} ${resource}${group ? `.${group}` : ""}${namespace ? ` in ${namespace}` : ""}`;
