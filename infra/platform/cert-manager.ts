import { resourceRequirements } from "../components/kubernetes/resources.ts";
import type { AddonArgs } from "./addon.ts";
import type { PlatformValues } from "./config/schema.ts";
import { fromApiServer, podsIn, ports, toAnywhere, toApiServer } from "./policies.ts";

export const certManagerNamespace = "cert-manager";

/** cert-manager. Its chart meets `restricted` by itself. */
export function certManager({ cluster, monitoring }: PlatformValues): AddonArgs {
  const component = (name: string) => ({ "app.kubernetes.io/component": name });
  const api = toApiServer(cluster.apiServerCidrs);
  const resources = resourceRequirements({ cpu: "20m", memory: "128Mi" });
  return {
    namespace: certManagerNamespace,
    openings: {
      // The authority, and the service's own name, asked by itself before the authority is.
      controller: { pods: component("controller"), to: [api, toAnywhere(80, 443)] },
      webhook: { pods: component("webhook"), from: [fromApiServer(10250)], to: [api] },
      cainjector: { pods: component("cainjector"), to: [api] },
      startupapicheck: { pods: component("startupapicheck"), to: [api] },
      ...(monitoring.enabled && { metrics: { pods: {}, from: [{ from: [podsIn(monitoring.namespace)], ports: ports(9402) }] } }),
    },
    releases: [
      {
        chart: "certManager",
        name: "cert-manager",
        values: {
          // With the release, so that they are upgraded with it; kept when it goes, for with them go all certificates.
          crds: { enabled: true, keep: true },
          // Leases in kube-system are refused by clusters that close it to others.
          global: { leaderElection: { namespace: certManagerNamespace } },
          resources,
          webhook: { resources },
          // It holds every Secret that a webhook's authority may be in.
          cainjector: { resources: resourceRequirements({ cpu: "20m", memory: "256Mi" }) },
          startupapicheck: { resources },
          prometheus: { servicemonitor: { enabled: monitoring.enabled } },
        },
      },
    ],
  };
}
