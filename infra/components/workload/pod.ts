import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import type { ContainerResources } from "../component-args.ts";
import type { Identity } from "../kubernetes/identity.ts";
import { bindingEnvironment, bindingVolumes, container, environment, podTemplate, scratch, secretVolume } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { metricsPortName } from "../kubernetes/scrape.ts";
import { spread } from "../kubernetes/spread.ts";
import { graceSeconds } from "./arguments.ts";

const secretsPath = "/run/secrets/app";

/** A pod of the image, whatever it does there. */
export interface WorkloadPod {
  /** Name of the container. */
  container: string;
  image: pulumi.Input<string>;
  /** Command and arguments. Left out, the image's own. */
  command?: string[];
  uses: ServiceBinding[];
  environment: Record<string, pulumi.Input<string>>;
  secretNames: string[];
  /** Secret that holds them. */
  secrets?: pulumi.Input<string>;
  resources: ContainerResources;
  /** Port of its service, if it has one. */
  service?: { name: string; port: number };
  internalPort: number;
  preStopSeconds: number;
  shutdownSeconds: number;
  annotations?: Record<string, string>;
}

/** Health, metrics, secrets, bindings and the way to leave are the same for whatever serves requests and whatever works beside it. */
export function workloadPod(identity: Identity, pod: WorkloadPod) {
  const temporary = scratch("tmp", "/tmp", "32Mi");
  const bindings = bindingVolumes(pod.uses);
  const health = (path: string) => ({ httpGet: { path, port: metricsPortName } });
  const settings = {
    ...(pod.service && { PORT: `${pod.service.port}` }),
    INTERNAL_PORT: `${pod.internalPort}`,
    SHUTDOWN_SECONDS: `${pod.shutdownSeconds}`,
  };
  const spec: k8s.types.input.core.v1.PodSpec = {
    ...spread(identity),
    terminationGracePeriodSeconds: graceSeconds(pod.preStopSeconds, pod.shutdownSeconds),
    containers: [
      container({
        name: pod.container,
        image: pod.image,
        ...(pod.command && { command: pod.command }),
        env: [
          ...environment(settings),
          ...bindingEnvironment(pod.uses),
          ...environment(Object.fromEntries(pod.secretNames.map((name) => [`${name}_FILE`, `${secretsPath}/${name}`]))),
          ...environment(pod.environment),
        ],
        ports: [
          ...(pod.service ? [{ name: pod.service.name, containerPort: pod.service.port, protocol: "TCP" }] : []),
          { name: metricsPortName, containerPort: pod.internalPort, protocol: "TCP" },
        ],
        resources: resourceRequirements(pod.resources),
        volumeMounts: [temporary.mount, ...bindings.mounts, ...(pod.secrets ? [{ name: "secrets", mountPath: secretsPath, readOnly: true }] : [])],
        startupProbe: { ...health("/health/startup"), periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 60 },
        readinessProbe: { ...health("/health/ready"), periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
        // Slow to judge: a restart helps only a process that hangs, and would turn a busy minute into an outage.
        livenessProbe: { ...health("/health/live"), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        // The kubelet sleeps, so that the image needs no shell.
        ...(pod.preStopSeconds > 0 && { lifecycle: { preStop: { sleep: { seconds: pod.preStopSeconds } } } }),
      }),
    ],
    volumes: [temporary.volume, ...bindings.volumes, ...(pod.secrets ? [secretVolume("secrets", pod.secrets, pod.secretNames)] : [])],
  };
  return podTemplate(identity, spec, pod.annotations);
}
