import { resourceRequirements } from "../components/kubernetes/resources.ts";
import type { AddonArgs } from "./addon.ts";
import type { PlatformValues } from "./config/schema.ts";
import { everyPod, fromAnywhere, podsIn, ports, toApiServer } from "./policies.ts";

/** Traefik. Its chart runs it as an unprivileged user with a read-only root, on ports above 1024, so nothing is said of that here. */
export function ingressController({ cluster, ingress, monitoring }: PlatformValues): AddonArgs {
  const watched = monitoring.enabled;
  return {
    namespace: ingress.namespace,
    openings: {
      traefik: {
        pods: { "app.kubernetes.io/name": "traefik" },
        from: [fromAnywhere(8000, 8443), ...(watched ? [{ from: [podsIn(monitoring.namespace)], ports: ports(9100) }] : [])],
        // Routes lead to pods of every namespace, at ports that only their Services know; each namespace has its own say on whom it lets in.
        to: [{ to: [everyPod] }, toApiServer(cluster.apiServerCidrs)],
      },
    },
    releases: [
      {
        chart: "traefik",
        name: "traefik",
        values: {
          deployment: { replicas: ingress.replicas },
          // Never both pods of two: a drained node must not close the entrance.
          podDisruptionBudget: { enabled: ingress.replicas > 1, maxUnavailable: 1 },
          topologySpreadConstraints: [spread],
          // Services and routes without a class are somebody else's.
          ingressClass: { name: ingress.className, isDefaultClass: false },
          providers: { kubernetesIngress: { ingressClass: ingress.className } },
          service: { spec: { type: ingress.serviceType } },
          resources: resourceRequirements({ cpu: "100m", memory: "256Mi" }),
          // It asks the maker for a newer version, from a place that has no business with the internet.
          global: { checkNewVersion: false },
          // A panel without a password, behind a port that nothing opens.
          api: { dashboard: false },
          // Which query strings and headers a line may hold is a question of privacy; the services log their own requests.
          accessLog: { enabled: false },
          metrics: {
            prometheus: {
              // The dashboards show requests by router, which names the Ingress.
              addRoutersLabels: true,
              service: { enabled: watched },
              serviceMonitor: { enabled: watched },
            },
          },
        },
      },
    ],
  };
}

const spread = {
  maxSkew: 1,
  topologyKey: "kubernetes.io/hostname",
  whenUnsatisfiable: "ScheduleAnyway",
  labelSelector: { matchLabels: { "app.kubernetes.io/name": "traefik" } },
};
