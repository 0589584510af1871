import { type Identity, selectorLabels } from "../../components/kubernetes/identity.ts";
import { collectorPorts } from "../collector/config.ts";
import { everyPod, neighbors, type Opening, podsIn, ports } from "../policies.ts";
import { otlpPort } from "./collector-config.ts";
import { storePorts } from "./jaeger-config.ts";
import type { TracesSpec } from "./spec.ts";

/**
 * Every pod of the cluster may send spans: a service comes and goes without a change here, and is itself let out only where its own
 * stack says so. What is kept is read from the monitoring's namespace alone.
 */
export function traceOpenings(collector: Identity, store: Identity, { monitoringNamespace }: TracesSpec): Record<string, Opening> {
  const watchers = monitoringNamespace === undefined ? [] : [podsIn(monitoringNamespace)];
  const watched = (...numbers: number[]) => (watchers.length > 0 ? [{ from: watchers, ports: ports(...numbers) }] : []);
  return {
    [collector.name]: {
      pods: selectorLabels(collector),
      from: [{ from: [everyPod], ports: ports(otlpPort) }, ...watched(collectorPorts.metrics)],
      to: [{ to: [neighbors(selectorLabels(store))], ports: ports(storePorts.otlp) }],
    },
    [store.name]: {
      pods: selectorLabels(store),
      from: [{ from: [neighbors(selectorLabels(collector))], ports: ports(storePorts.otlp) }, ...watched(storePorts.query, storePorts.metrics)],
    },
  };
}
