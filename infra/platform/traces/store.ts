import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Identity } from "../../components/kubernetes/identity.ts";
import { container, podTemplate, scratch } from "../../components/kubernetes/pod.ts";
import { resourceRequirements } from "../../components/kubernetes/resources.ts";
import { metricsPortName } from "../../components/kubernetes/scrape.ts";
import { singleServer } from "../../components/kubernetes/single-server.ts";
import { goMemory } from "../collector/container.ts";
import { storePaths, storePorts } from "./jaeger-config.ts";
import type { TracesSpec } from "./spec.ts";

export function traceStoreStatefulSet(identity: Identity, spec: TracesSpec, config: pulumi.Input<string>): k8s.apps.v1.StatefulSetArgs {
  const temporary = scratch("tmp", "/tmp", "64Mi");
  const healthy = { httpGet: { path: "/status", port: storePorts.health }, timeoutSeconds: 2 };
  return singleServer(identity, {
    minReadySeconds: 2,
    volume: { size: spec.storage, storageClass: spec.storageClass },
    protect: true,
    template: podTemplate(identity, {
      // Its database is closed in order, or the next start checks it.
      terminationGracePeriodSeconds: 60,
      containers: [
        container({
          name: "jaeger",
          image: spec.jaegerImage,
          args: [`--config=${storePaths.config}/config.yaml`],
          env: goMemory(spec.storeResources.memory),
          ports: [
            { name: "otlp", containerPort: storePorts.otlp, protocol: "TCP" },
            { name: "query", containerPort: storePorts.query, protocol: "TCP" },
            { name: metricsPortName, containerPort: storePorts.metrics, protocol: "TCP" },
          ],
          resources: resourceRequirements(spec.storeResources),
          volumeMounts: [{ name: "data", mountPath: storePaths.data }, { name: "config", mountPath: storePaths.config, readOnly: true }, temporary.mount],
          startupProbe: { ...healthy, periodSeconds: 2, failureThreshold: 150 },
          readinessProbe: { ...healthy, periodSeconds: 5, failureThreshold: 2 },
          livenessProbe: { tcpSocket: { port: storePorts.query }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        }),
      ],
      volumes: [{ name: "config", configMap: { name: config } }, temporary.volume],
    }),
  });
}
