import { type Identity, selectorLabels } from "../../components/kubernetes/identity.ts";
import { collectorPorts } from "../collector/config.ts";
import { type Opening, podsIn, ports } from "../policies.ts";
import { lokiPort } from "./loki-config.ts";
import type { LogsSpec } from "./spec.ts";

const alertmanagerPort = 9093;

/** Into the store: its collectors, and who watches and asks. Out of it: alerts. */
export function storeOpenings(store: Identity, collector: Identity, { collectorNamespace, monitoringNamespace }: LogsSpec): Record<string, Opening> {
  const watchers = monitoringNamespace === undefined ? [] : [podsIn(monitoringNamespace)];
  return {
    [store.name]: {
      pods: selectorLabels(store),
      from: [{ from: [podsIn(collectorNamespace, selectorLabels(collector)), ...watchers], ports: ports(lokiPort) }],
      ...(watchers.length > 0 && { to: [{ to: watchers, ports: ports(alertmanagerPort) }] }),
    },
  };
}

export function collectorOpenings(collector: Identity, store: Identity, { namespace, monitoringNamespace }: LogsSpec): Record<string, Opening> {
  return {
    [collector.name]: {
      pods: selectorLabels(collector),
      ...(monitoringNamespace !== undefined && { from: [{ from: [podsIn(monitoringNamespace)], ports: ports(collectorPorts.metrics) }] }),
      to: [{ to: [podsIn(namespace, selectorLabels(store))], ports: ports(lokiPort) }],
    },
  };
}
