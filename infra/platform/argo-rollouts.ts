import { resourceRequirements } from "../components/kubernetes/resources.ts";
import type { AddonArgs } from "./addon.ts";
import type { PlatformValues } from "./config/schema.ts";
import { podsIn, ports, toApiServer } from "./policies.ts";

export const rolloutsNamespace = "argo-rollouts";

/** Argo Rollouts: the controller, without its web page. */
export function argoRollouts({ cluster, monitoring }: PlatformValues): AddonArgs {
  const prometheus = { "app.kubernetes.io/name": "prometheus" };
  return {
    namespace: rolloutsNamespace,
    openings: {
      controller: {
        pods: { "app.kubernetes.io/component": "rollouts-controller" },
        from: monitoring.enabled ? [{ from: [podsIn(monitoring.namespace)], ports: ports(8090) }] : [],
        // Releases are judged by what Prometheus answers.
        to: [toApiServer(cluster.apiServerCidrs), ...(monitoring.enabled ? [{ to: [podsIn(monitoring.namespace, prometheus)], ports: ports(9090) }] : [])],
      },
    },
    releases: [
      {
        chart: "argoRollouts",
        name: "argo-rollouts",
        values: {
          // With the release, so that they are upgraded with it; kept when it goes, for with them go all Rollouts and their pods.
          installCRDs: true,
          keepCRDs: true,
          controller: {
            // Two by default, of which one waits: a release that stands still for a minute hurts nobody.
            replicas: 1,
            resources: resourceRequirements({ cpu: "50m", memory: "256Mi" }),
            metrics: { enabled: monitoring.enabled, serviceMonitor: { enabled: monitoring.enabled } },
          },
          // Rights over the routes of meshes and clouds that this platform doesn't have.
          providerRBAC: {
            providers: {
              ambassador: false,
              apisix: false,
              awsAppMesh: false,
              awsLoadBalancerController: false,
              contour: false,
              glooPlatform: false,
              istio: false,
              smi: false,
            },
          },
        },
      },
    ],
  };
}
