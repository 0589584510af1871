import { type Capability, capabilities } from "../preflight/capabilities.ts";
import { type Manifest, type PlannedResource, releaseType } from "./resource.ts";

/** Something outside Kubernetes itself that must be there before an update. */
export interface ClusterNeed {
  /** What people call it. */
  title: string;
  /** API group, and the kinds of it that the stack makes; or what asks for it. */
  because: string;
  install: string;
}

/** Groups that every API server of a supported version has. */
const coreGroup =
  /^(apps|batch|autoscaling|policy|(admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery|events|flowcontrol\.apiserver|networking|node|rbac\.authorization|resource|scheduling|storage)\.k8s\.io)$/;

/** What the cluster must offer for these resources. */
export function clusterNeeds(resources: readonly PlannedResource[]): ClusterNeed[] {
  const manifests = resources.flatMap(({ manifest }) => manifest ?? []);
  const releases = new Set(resources.filter(({ type }) => type === releaseType).map(({ urn }) => urn));
  // What waits for a chart of the same plan finds its kinds brought by it.
  const unaided = resources.filter(({ options }) => !options.dependsOn?.some((urn) => releases.has(urn)));
  return [...foreignKinds(unaided.flatMap(({ manifest }) => manifest ?? [])), ...controllers(manifests)];
}

function foreignKinds(manifests: readonly Manifest[]): ClusterNeed[] {
  const kinds = new Map<string, Set<string>>();
  for (const { apiVersion, kind } of manifests) {
    const group = apiVersion.includes("/") ? apiVersion.split("/")[0]! : "";
    if (group === "" || coreGroup.test(group)) continue;
    kinds.set(apiVersion, (kinds.get(apiVersion) ?? new Set()).add(kind));
  }
  const known: readonly Capability[] = Object.values(capabilities);
  return [...kinds].sort().map(([groupVersion, found]) => {
    const capability = known.find((candidate) => candidate.groupVersion === groupVersion);
    return {
      title: capability?.title ?? groupVersion,
      because: `${[...found].sort().join(", ")} of ${groupVersion}`,
      install: capability?.install ?? `install what brings the custom resource definitions of ${groupVersion}`,
    };
  });
}

/** Kinds of Kubernetes itself that do nothing until somebody acts on them. */
function controllers(manifests: readonly Manifest[]): ClusterNeed[] {
  const of = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);
  const unique = (values: unknown[]) => [...new Set(values)].sort().join(", ");
  const autoscalers = of("HorizontalPodAutoscaler");
  const ingresses = of("Ingress");
  const claims = [...of("PersistentVolumeClaim"), ...of("StatefulSet").flatMap(({ spec }) => spec.volumeClaimTemplates ?? [])];
  const policies = of("NetworkPolicy");
  return [
    ...(autoscalers.length > 0
      ? [
          {
            title: "Metrics API",
            because: `HorizontalPodAutoscaler ${unique(autoscalers.map(({ metadata }) => metadata.name))}`,
            install: "helm install metrics-server metrics-server --repo https://kubernetes-sigs.github.io/metrics-server --namespace kube-system",
          },
        ]
      : []),
    ...(ingresses.length > 0
      ? [
          {
            title: `Ingress class ${unique(ingresses.map(({ spec }) => spec.ingressClassName))}`,
            because: `Ingress ${unique(ingresses.map(({ metadata }) => metadata.name))}`,
            install: "comes with the ingress controller; kubectl get ingressclass shows those that are there",
          },
        ]
      : []),
    ...(claims.length > 0
      ? [
          {
            title: `Storage class ${unique(claims.map(({ spec }) => spec.storageClassName ?? "that is the default"))}`,
            because: `${claims.length} volume${claims.length === 1 ? "" : "s"}`,
            install: "comes with the cluster; kubectl get storageclass shows those that are there",
          },
        ]
      : []),
    ...(policies.length > 0
      ? [
          {
            title: "A network plugin that enforces policies",
            because: `${policies.length} NetworkPolicies, which others take and ignore`,
            install: "use a cluster with Cilium, Calico or kube-router, or the cloud's own policy engine",
          },
        ]
      : []),
  ];
}
