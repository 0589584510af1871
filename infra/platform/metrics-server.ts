import { resourceRequirements } from "../components/kubernetes/resources.ts";
import type { AddonArgs } from "./addon.ts";
import type { PlatformValues } from "./config/schema.ts";
import { fromApiServer, toAnywhere, toApiServer } from "./policies.ts";

/** metrics-server, in a namespace of its own and not in kube-system, where no rule of ours holds. */
export function metricsServer({ certManager, cluster, metricsServer: { trustKubelets } }: PlatformValues): AddonArgs {
  return {
    namespace: "metrics-server",
    openings: {
      // Kubelets answer at their nodes' addresses, which change with the nodes.
      "metrics-server": { pods: {}, from: [fromApiServer(10250)], to: [toAnywhere(10250), toApiServer(cluster.apiServerCidrs)] },
    },
    releases: [
      {
        chart: "metricsServer",
        name: "metrics-server",
        values: {
          // As it comes, the API server takes any answer for the metrics. By cert-manager's certificate, or else by the chart's own, for ten years.
          apiService: { insecureSkipTLSVerify: false },
          tls: certManager.enabled ? { type: "cert-manager" } : { type: "helm", helm: { certDurationDays: 3650 } },
          args: trustKubelets ? ["--kubelet-insecure-tls"] : [],
          resources: resourceRequirements({ cpu: "50m", memory: "200Mi" }),
        },
      },
    ],
  };
}
