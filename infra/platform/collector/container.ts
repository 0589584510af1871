import type * as k8s from "@pulumi/kubernetes";
import type { ContainerResources } from "../../components/component-args.ts";
import { container, environment } from "../../components/kubernetes/pod.ts";
import { bytes } from "../../components/kubernetes/quantities.ts";
import { resourceRequirements } from "../../components/kubernetes/resources.ts";
import { metricsPortName } from "../../components/kubernetes/scrape.ts";
import { collectorPorts } from "./config.ts";

type Container = k8s.types.input.core.v1.Container;

/** What a collector has beyond others. */
interface Additions {
  ports?: k8s.types.input.core.v1.ContainerPort[];
  volumeMounts?: k8s.types.input.core.v1.VolumeMount[];
  securityContext?: k8s.types.input.core.v1.SecurityContext;
}

export const configFolder = "/etc/collector";

/** Makes the garbage collector work before the limit is met, and not after. */
export function goMemory(memory: string) {
  return environment({ GOMEMLIMIT: `${Math.floor((bytes(memory) * 0.8) / 2 ** 20)}MiB` });
}

/** The collector, with its config in the volume `config`. */
export function collectorContainer(image: string, resources: ContainerResources, additions: Additions): Container {
  const { ports = [], volumeMounts = [], ...rest } = additions;
  return container({
    name: "collector",
    image,
    args: [`--config=${configFolder}/config.yaml`],
    env: goMemory(resources.memory),
    ports: [...ports, { name: metricsPortName, containerPort: collectorPorts.metrics, protocol: "TCP" }],
    resources: resourceRequirements(resources),
    volumeMounts: [{ name: "config", mountPath: configFolder, readOnly: true }, ...volumeMounts],
    startupProbe: { httpGet: { path: "/", port: collectorPorts.health }, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 60 },
    readinessProbe: { httpGet: { path: "/", port: collectorPorts.health }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
    livenessProbe: { tcpSocket: { port: collectorPorts.health }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    ...rest,
  });
}
