import type { ContainerResources } from "../../components/component-args.ts";
import { bytes, formatMemory } from "../../components/kubernetes/quantities.ts";
import { resourceProblems } from "../../components/kubernetes/resources.ts";
import { telemetryImages } from "../collector/images.ts";
import type { TracesArgs } from "./traces.ts";

/** Namespace of collector and store, by default. */
export const tracesNamespace = "traces";

/** What kind of store it is, in Grafana's words. */
export const traceStoreType = "jaeger";

/** Everything that the objects are made from. */
export interface TracesSpec {
  namespace: string;
  retentionDays: number;
  storage: string;
  storageClass?: string;
  /** Where Prometheus and Grafana are. */
  monitoringNamespace?: string;
  slowMilliseconds: number;
  keptShare: number;
  decisionSeconds: number;
  collectorResources: ContainerResources;
  storeResources: ContainerResources;
  collectorImage: string;
  jaegerImage: string;
}

/** Fills in the defaults. */
export function tracesSpec(args: TracesArgs): TracesSpec {
  return {
    namespace: args.namespace ?? tracesNamespace,
    retentionDays: args.retentionDays,
    storage: args.storage,
    storageClass: args.storageClass,
    monitoringNamespace: args.monitoring?.namespace,
    slowMilliseconds: args.slowMilliseconds ?? 500,
    keptShare: args.keptShare ?? 0.2,
    decisionSeconds: args.decisionSeconds ?? 10,
    collectorResources: args.collectorResources ?? { cpu: "50m", memory: "384Mi" },
    storeResources: args.storeResources ?? { cpu: "50m", memory: "512Mi" },
    collectorImage: args.collectorImage ?? telemetryImages.collector,
    jaegerImage: args.jaegerImage ?? telemetryImages.jaeger,
  };
}

/** Below it, traces that wait for their decision are refused under little load. */
const leastMemory = 2 ** 27;

/** What is wrong with the arguments, each with its mend. */
export function tracesProblems(spec: TracesSpec): (string | false)[] {
  const { retentionDays, storage, slowMilliseconds, keptShare, decisionSeconds, collectorResources, storeResources } = spec;
  const memory = { collectorResources, storeResources };
  return [
    !(Number.isInteger(retentionDays) && retentionDays >= 1) && `retentionDays ${retentionDays} is no number of days; give a whole number from 1.`,
    !(bytes(storage) >= 2 ** 30) && `storage "${storage}" is no size of a volume for traces; give at least 1Gi.`,
    !(slowMilliseconds > 0) && `slowMilliseconds ${slowMilliseconds} would keep every trace; give a time above 0, such as 500.`,
    !(keptShare >= 0 && keptShare <= 1) && `keptShare ${keptShare} is no share; give a number from 0 to 1, such as 0.2.`,
    !(decisionSeconds >= 1 && decisionSeconds <= 60) &&
      `decisionSeconds ${decisionSeconds} is no time to wait for the spans of a trace; give 1 to 60, and more than the longest request takes.`,
    slowMilliseconds >= decisionSeconds * 1000 &&
      `slowMilliseconds ${slowMilliseconds} is beyond decisionSeconds ${decisionSeconds}, so a slow trace is judged before it ends; raise decisionSeconds.`,
    ...Object.entries(memory).flatMap(([key, resources]) => [
      bytes(resources.memory) < leastMemory && `${key}.memory ${resources.memory} is too little to work in; give at least ${formatMemory(leastMemory)}.`,
      ...resourceProblems(key, resources),
    ]),
  ];
}
