import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Identity } from "../../components/kubernetes/identity.ts";
import { container, podTemplate, scratch } from "../../components/kubernetes/pod.ts";
import { resourceRequirements } from "../../components/kubernetes/resources.ts";
import { metricsPortName } from "../../components/kubernetes/scrape.ts";
import { singleServer } from "../../components/kubernetes/single-server.ts";
import { goMemory } from "../collector/container.ts";
import { lokiPaths, lokiPort } from "./loki-config.ts";
import type { LogsSpec } from "./spec.ts";

/** Loki's only tenant: with authentication off it is called this, and its rules are in a folder of that name. */
const tenant = "fake";

export function lokiStatefulSet(identity: Identity, spec: LogsSpec, config: pulumi.Input<string>, rules: pulumi.Input<string>): k8s.apps.v1.StatefulSetArgs {
  const temporary = scratch("tmp", "/tmp", "64Mi");
  return singleServer(identity, {
    minReadySeconds: 2,
    volume: { size: spec.storage, storageClass: spec.storageClass },
    protect: true,
    template: podTemplate(identity, {
      // Time to write out what it holds.
      terminationGracePeriodSeconds: 120,
      containers: [
        container({
          name: "loki",
          image: spec.lokiImage,
          args: [`-config.file=${lokiPaths.config}/loki.yaml`],
          env: goMemory(spec.storeResources.memory),
          // One port for all that it answers; monitors look for this name.
          ports: [{ name: metricsPortName, containerPort: lokiPort, protocol: "TCP" }],
          resources: resourceRequirements(spec.storeResources),
          volumeMounts: [
            { name: "data", mountPath: lokiPaths.data },
            { name: "config", mountPath: lokiPaths.config, readOnly: true },
            { name: "rules", mountPath: `${lokiPaths.rules}/${tenant}`, readOnly: true },
            temporary.mount,
          ],
          // Ten minutes to replay what was not written out.
          startupProbe: { httpGet: { path: "/ready", port: lokiPort }, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 300 },
          readinessProbe: { httpGet: { path: "/ready", port: lokiPort }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
          livenessProbe: { tcpSocket: { port: lokiPort }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        }),
      ],
      volumes: [{ name: "config", configMap: { name: config } }, { name: "rules", configMap: { name: rules } }, temporary.volume],
    }),
  });
}
