import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Postgres, type PostgresArgs, ServiceNamespace } from "../../../infra/components/index.ts";
import { identityOf, named, selectorLabels } from "../../../infra/components/kubernetes/identity.ts";
import { admitClient, workloadPolicy } from "../../../infra/components/kubernetes/network.ts";
import { bindingEnvironment, bindingVolumes, container, podTemplate } from "../../../infra/components/kubernetes/pod.ts";
import { resourceRequirements } from "../../../infra/components/kubernetes/resources.ts";

const config = new pulumi.Config();
const namespace = new ServiceNamespace(config.require("namespace"), {});
const common = { namespace: namespace.name };
const postgres = new Postgres("postgres", { ...common, ...config.requireObject<PostgresArgs>("postgres") });

/** A client as any workload of the library: its policies and files follow from what it uses. */
const writer = identityOf("writer", "writer", "test", common);
const uses = [postgres.binding, { ...postgres.ownerBinding, name: "owner" }, { ...postgres.readerBinding, name: "reader" }];
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
          image: config.require("clientImage"),
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
