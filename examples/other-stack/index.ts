import * as pulumi from "@pulumi/pulumi";
import { Redis, RedisPurpose, ServiceNamespace, WebService } from "slipway";
import { onNodePool } from "./node-pool.ts";

const config = new pulumi.Config();
const labels = { "app.kubernetes.io/part-of": "greeter", owner: "team-greeter" };
const monitoring = { namespace: "monitoring" };

const namespace = new ServiceNamespace("greeter-dev", { labels, quota: { cpu: "2", memory: "4Gi", pods: 20 } });

const sessions = new Redis("sessions", {
  namespace: namespace.name,
  labels,
  purpose: RedisPurpose.state,
  maxMemory: "64Mi",
  storage: "1Gi",
  resources: { cpu: "50m", memory: "128Mi" },
  monitoring,
});

const greeter = new WebService(
  "greeter",
  {
    namespace: namespace.name,
    labels,
    image: config.require("image"),
    // From this one line follow SESSIONS_HOST and its like, the mounted password, the network policies on both ends and the order.
    uses: [sessions.binding],
    resources: { cpu: "50m", memory: "96Mi" },
    scaling: { minReplicas: 2, maxReplicas: 6 },
    monitoring,
  },
  // What no argument offers, a transform does: here, where the pods run.
  { transforms: [onNodePool(config.require("nodePool"))] },
);

export const service = greeter.binding.host;
