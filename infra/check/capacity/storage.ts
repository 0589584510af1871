import type { Manifest } from "../../plan/resource.ts";
import type { ClusterApi, KubernetesObject } from "../cluster.ts";
import { bad, type Finding, good } from "../finding.ts";
import type { Subject } from "../subject.ts";
import { quantity } from "./quantity.ts";

interface Claim {
  name: string;
  namespace: string;
  size: string;
  storageClass?: string;
}

const defaultMark = "storageclass.kubernetes.io/is-default-class";

/** Whether the volumes' storage classes are there, and whether those that exist are as large as planned or can grow. */
export async function storageFindings({ manifests }: Subject, cluster: ClusterApi): Promise<Finding[]> {
  const claims = manifests.flatMap(claimsOf);
  if (claims.length === 0) return [];
  const classes = await cluster.list("/apis/storage.k8s.io/v1/storageclasses");
  const findings = await Promise.all(
    claims.map(async (claim) => judge(claim, classes, await cluster.get(`/api/v1/namespaces/${claim.namespace}/persistentvolumeclaims/${claim.name}`))),
  );
  return findings.some(({ status }) => status !== "good")
    ? findings.filter(({ status }) => status !== "good")
    : [good(`${claims.length} volumes have a storage class and their size.`)];
}

/** Of a StatefulSet the claims of all its replicas, which Kubernetes names by number. */
function claimsOf({ kind, metadata, spec }: Manifest): Claim[] {
  const claim = (name: string, of: KubernetesObject): Claim => ({
    name,
    namespace: metadata.namespace!,
    size: of.resources.requests.storage,
    storageClass: of.storageClassName,
  });
  if (kind === "PersistentVolumeClaim") return [claim(metadata.name, spec)];
  if (kind !== "StatefulSet") return [];
  return (spec.volumeClaimTemplates ?? []).flatMap((template: KubernetesObject) =>
    Array.from({ length: spec.replicas ?? 1 }, (_, number) => claim(`${template.metadata.name}-${metadata.name}-${number}`, template.spec)),
  );
}

export function judge({ name, size, storageClass }: Claim, classes: readonly KubernetesObject[], found: KubernetesObject): Finding {
  const byDefault = classes.find(({ metadata }) => metadata.annotations?.[defaultMark] === "true");
  const wanted = found?.spec?.storageClassName ?? storageClass ?? byDefault?.metadata.name;
  const known = classes.map(({ metadata }) => metadata.name).join(", ") || "none";
  const its = classes.find(({ metadata }) => metadata.name === wanted);
  if (wanted === undefined)
    return bad(`Volume ${name} names no storage class, and the cluster has no default.`, `Name one of ${known} in the stack's config, or mark one as default.`);
  if (!its) return bad(`Volume ${name} wants the storage class ${wanted}, which the cluster lacks.`, `Use one of ${known}.`);
  if (!found) return good(`Volume ${name} will be of class ${wanted}.`);
  const has = found.status?.capacity?.storage ?? found.spec.resources.requests.storage;
  if (quantity(has) >= quantity(size)) return good(`Volume ${name} has ${has}.`);
  // A StatefulSet's template can't be changed, so its claim is enlarged by hand, and then the plan agrees.
  if (its.allowVolumeExpansion) {
    return bad(
      `Volume ${name} has ${has} and should have ${size}: up would make its StatefulSet anew.`,
      `Enlarge it in place first: kubectl --namespace ${found.metadata.namespace} patch pvc ${name} --patch '{"spec":{"resources":{"requests":{"storage":"${size}"}}}}'`,
    );
  }
  return bad(
    `Volume ${name} has ${has} and should have ${size}, and volumes of class ${wanted} can't grow.`,
    "Move the data by backup and restore: docs/backups.md.",
  );
}
