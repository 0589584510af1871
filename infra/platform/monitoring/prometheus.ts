import { bytes, formatMemory } from "../../components/kubernetes/quantities.ts";
import { resourceRequirements } from "../../components/kubernetes/resources.ts";
import type { PlatformValues } from "../config/schema.ts";

/** Values of Prometheus itself. */
export function prometheusValues({ memory, retentionDays, storage, storageClass }: PlatformValues["monitoring"]) {
  return {
    prometheusSpec: {
      ...takesEverything,
      // Without it the ids of traces that come with a histogram's observation are thrown away.
      enableFeatures: ["exemplar-storage"],
      // The newest of them, about 100 bytes each.
      exemplars: { maxSize: 100_000 },
      retention: `${retentionDays}d`,
      // The write-ahead log needs room beside the blocks; a full volume would end all alerting.
      retentionSize: `${Math.floor((bytes(storage) * 0.8) / 2 ** 20)}MiB`,
      storageSpec: { volumeClaimTemplate: { spec: claim(storage, storageClass) } },
      resources: resourceRequirements({ cpu: "250m", memory, ephemeralStorage: "256Mi" }),
      // As all monitors of the library: half of the shortest window that a rule reads.
      scrapeInterval: "30s",
      evaluationInterval: "30s",
      enableServiceLinks: false,
    },
  };
}

/** Monitors and rules of every namespace count, without a label. As it comes, the chart takes those of its own release only, in silence. */
const takesEverything = {
  serviceMonitorSelectorNilUsesHelmValues: false,
  podMonitorSelectorNilUsesHelmValues: false,
  ruleSelectorNilUsesHelmValues: false,
  probeSelectorNilUsesHelmValues: false,
  scrapeConfigSelectorNilUsesHelmValues: false,
};

/** Values of Alertmanager. */
export function alertmanagerValues({ storageClass }: PlatformValues["monitoring"]) {
  return {
    alertmanagerSpec: {
      // Routes of every namespace, without a label. An empty selector takes all, none at all would take nothing.
      alertmanagerConfigSelector: {},
      alertmanagerConfigNamespaceSelector: {},
      // A route sees alerts of its own namespace only, so that no team can catch another's. The library's alerts all carry that label.
      alertmanagerConfigMatcherStrategy: { type: "OnNamespace" },
      // Silences and what was notified outlive the pod.
      storage: { volumeClaimTemplate: { spec: claim(formatMemory(2 ** 30), storageClass) } },
      resources: resourceRequirements({ cpu: "20m", memory: "128Mi" }),
      // It asks the API server for nothing.
      automountServiceAccountToken: false,
    },
    serviceAccount: { automountServiceAccountToken: false },
  };
}

function claim(storage: string, storageClassName: string | undefined) {
  return { accessModes: ["ReadWriteOnce"], ...(storageClassName && { storageClassName }), resources: { requests: { storage } } };
}
