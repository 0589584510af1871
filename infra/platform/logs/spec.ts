import type { ContainerResources } from "../../components/component-args.ts";
import { bytes, formatMemory } from "../../components/kubernetes/quantities.ts";
import { resourceProblems } from "../../components/kubernetes/resources.ts";
import { addressProblems, defaultRunbookBaseUrl } from "../../components/prometheus/alert.ts";
import { telemetryImages } from "../collector/images.ts";
import type { LogsArgs } from "./logs.ts";
import { type LogAlertThresholds, logAlertThresholds, logThresholdProblems } from "./thresholds.ts";

/** Namespaces, by default. The collector has its own, since it alone can't be `restricted`. */
export const logsNamespace = "logs";
export const logCollectorNamespace = "log-collector";

/** Everything that the objects are made from. */
export interface LogsSpec {
  namespace: string;
  collectorNamespace: string;
  retentionDays: number;
  storage: string;
  storageClass?: string;
  /** Where Prometheus, Grafana and Alertmanager are. */
  monitoringNamespace?: string;
  podLogFolder: string;
  giveUpSeconds: number;
  storeResources: ContainerResources;
  collectorResources: ContainerResources;
  lokiImage: string;
  collectorImage: string;
  runbookBaseUrl: string;
  thresholds: Required<LogAlertThresholds>;
}

/** Fills in the defaults. */
export function logsSpec(args: LogsArgs): LogsSpec {
  return {
    namespace: args.namespace ?? logsNamespace,
    collectorNamespace: args.collectorNamespace ?? logCollectorNamespace,
    retentionDays: args.retentionDays,
    storage: args.storage,
    storageClass: args.storageClass,
    monitoringNamespace: args.monitoring?.namespace,
    podLogFolder: args.podLogFolder ?? "/var/log/pods",
    // Loki refuses a line that is an hour older than the newest of its stream, so trying for longer would be in vain.
    giveUpSeconds: args.giveUpSeconds ?? 3600,
    storeResources: args.storeResources ?? { cpu: "100m", memory: "1Gi" },
    collectorResources: args.collectorResources ?? { cpu: "30m", memory: "160Mi" },
    lokiImage: args.lokiImage ?? telemetryImages.loki,
    collectorImage: args.collectorImage ?? telemetryImages.collector,
    runbookBaseUrl: args.runbookBaseUrl ?? defaultRunbookBaseUrl,
    thresholds: logAlertThresholds(args.thresholds),
  };
}

/** Below these Loki replays its log of a busy hour, and the collector a full queue, only to be ended. */
const leastStoreMemory = 2 ** 28;
const leastCollectorMemory = 2 ** 26;

/** What is wrong with the arguments, each with its mend. */
export function logsProblems(spec: LogsSpec): (string | false)[] {
  const { retentionDays, storage, storeResources, collectorResources, giveUpSeconds } = spec;
  return [
    !(Number.isInteger(retentionDays) && retentionDays >= 1) && `retentionDays ${retentionDays} is no number of days; give a whole number from 1.`,
    !(bytes(storage) >= 2 ** 30) && `storage "${storage}" is no size of a volume for logs; give at least 1Gi.`,
    !(giveUpSeconds >= 1) && `giveUpSeconds ${giveUpSeconds} would drop lines untried; give at least 1, such as 3600.`,
    spec.namespace === spec.collectorNamespace &&
      `collectorNamespace ${spec.namespace} is the store's own, which would lose its pod security; give another, such as ${logCollectorNamespace}.`,
    bytes(storeResources.memory) < leastStoreMemory &&
      `storeResources.memory ${storeResources.memory} ends Loki when it starts again; give at least ${formatMemory(leastStoreMemory)}.`,
    bytes(collectorResources.memory) < leastCollectorMemory &&
      `collectorResources.memory ${collectorResources.memory} holds no full queue; give at least ${formatMemory(leastCollectorMemory)}.`,
    ...resourceProblems("storeResources", storeResources),
    ...resourceProblems("collectorResources", collectorResources),
    ...addressProblems({ runbookBaseUrl: spec.runbookBaseUrl }),
    ...logThresholdProblems(spec.thresholds),
  ];
}
