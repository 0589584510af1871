import { resourceRequirements } from "../components/kubernetes/resources.ts";
import type { AddonArgs } from "./addon.ts";
import type { PlatformValues } from "./config/schema.ts";
import { everyPod, fromApiServer, neighbors, podsIn, ports, toApiServer } from "./policies.ts";

const operator = { "app.kubernetes.io/name": "cloudnative-pg" };
const plugin = { "app.kubernetes.io/name": "plugin-barman-cloud" };

/** CloudNativePG and its plugin for backups. Both charts meet `restricted` and bring their kinds with the release, kept when it goes. */
export function cloudNativePg({ cloudNativePg: { barmanPlugin }, cluster, monitoring }: PlatformValues): AddonArgs {
  const api = toApiServer(cluster.apiServerCidrs);
  const metrics = monitoring.enabled ? [{ from: [podsIn(monitoring.namespace)], ports: ports(8080) }] : [];
  const resources = resourceRequirements({ cpu: "50m", memory: "256Mi" });
  return {
    namespace: "cnpg-system",
    openings: {
      operator: {
        pods: operator,
        from: [fromApiServer(9443), ...metrics],
        // It asks each instance how it is, at port 8000 of its pod.
        to: [api, { to: [everyPod], ports: ports(8000) }, ...(barmanPlugin ? [{ to: [neighbors(plugin)], ports: ports(9090) }] : [])],
      },
      ...(barmanPlugin && { plugin: { pods: plugin, from: [{ from: [neighbors(operator)], ports: ports(9090) }], to: [api] } }),
    },
    releases: [
      { chart: "cloudNativePg", name: "cloudnative-pg", values: { resources, monitoring: { podMonitorEnabled: monitoring.enabled } } },
      // It watches the operator's kinds, and ends when they are not there.
      ...(barmanPlugin ? [{ chart: "barmanCloud" as const, name: "plugin-barman-cloud", values: { resources } }] : []),
    ],
  };
}
