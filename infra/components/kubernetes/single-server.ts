import type * as k8s from "@pulumi/kubernetes";
import { type Identity, named, selectorLabels } from "./identity.ts";

/** A server that runs once, by itself, with or without a volume called `data`. */
export interface SingleServer {
  template: k8s.types.input.core.v1.PodTemplateSpec;
  /** Seconds that a pod must stay ready before it counts: what is ready at once may be ready just before a crash. */
  minReadySeconds: number;
  /** Its volume; left out, it has none. */
  volume?: { size: string; storageClass?: string };
  /** Whether the volume outlives the server. */
  protect: boolean;
  /** Its Service. Defaults to the one of its own name. */
  serviceName?: string;
}

export function singleServer(identity: Identity, { template, minReadySeconds, volume, protect, serviceName }: SingleServer): k8s.apps.v1.StatefulSetArgs {
  const claim = volume && {
    metadata: { name: "data", labels: selectorLabels(identity) },
    spec: { accessModes: ["ReadWriteOnce"], storageClassName: volume.storageClass, resources: { requests: { storage: volume.size } } },
  };
  return {
    metadata: named(identity),
    spec: {
      replicas: 1,
      serviceName: serviceName ?? identity.name,
      // With OrderedReady, a pod that never got ready is not replaced by the update that would mend it (Kubernetes, "Forced rollback").
      podManagementPolicy: "Parallel",
      minReadySeconds,
      revisionHistoryLimit: 5,
      selector: { matchLabels: selectorLabels(identity) },
      updateStrategy: { type: "RollingUpdate" },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: protect ? "Retain" : "Delete", whenScaled: "Retain" },
      template,
      ...(claim && { volumeClaimTemplates: [claim] }),
    },
  };
}
