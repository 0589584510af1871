import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../../../../infra/components/index.ts";
import { identityOf, named, selectorLabels } from "../../../../infra/components/kubernetes/identity.ts";
import { admitClient, workloadPolicy } from "../../../../infra/components/kubernetes/network.ts";
import { bindingEnvironment, bindingVolumes, container, podTemplate } from "../../../../infra/components/kubernetes/pod.ts";
import { resourceRequirements } from "../../../../infra/components/kubernetes/resources.ts";

/** A client as any workload of the library, `writer`: its policies and files follow from what it uses. It waits for scripts of `writer.ts`. */
export function makeClient(common: { namespace: pulumi.Output<string> }, uses: ServiceBinding[], image: string): void {
  const writer = identityOf("writer", "writer", "test", common);
  const { volumes, mounts } = bindingVolumes(uses);
  new k8s.core.v1.ServiceAccount("writer", { metadata: named(writer), automountServiceAccountToken: false });
  new k8s.networking.v1.NetworkPolicy("writer", workloadPolicy(writer, [], uses));
  admitClient(writer, uses, {});
  new k8s.apps.v1.Deployment("writer", {
    metadata: named(writer),
    spec: {
      replicas: 1,
      selector: { matchLabels: selectorLabels(writer) },
      template: podTemplate(writer, {
        terminationGracePeriodSeconds: 1,
        containers: [
          container({
            name: "writer",
            image,
            command: ["node", "--eval", "setInterval(() => {}, 60_000)"],
            env: bindingEnvironment(uses),
            volumeMounts: mounts,
            resources: resourceRequirements({ cpu: "50m", cpuLimit: "500m", memory: "128Mi" }),
          }),
        ],
        volumes,
      }),
    },
  });
}
