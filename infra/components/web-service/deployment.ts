import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type Identity, named, selectorLabels } from "../kubernetes/identity.ts";
import { bindingEnvironment, bindingVolumes, container, environment, podTemplate, scratch, secretVolume } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { metricsPortName } from "../kubernetes/scrape.ts";
import { spread } from "../kubernetes/spread.ts";
import { httpPortName } from "./service.ts";
import { gracePeriodSeconds, type WebServiceSpec } from "./spec.ts";

const secretsPath = "/run/secrets/app";

export function webDeployment(identity: Identity, spec: WebServiceSpec, secrets: pulumi.Input<string> | undefined): k8s.apps.v1.DeploymentArgs {
  return {
    metadata: named(identity),
    spec: {
      // No replicas: they are the autoscaler's, and a number here would undo its work at every update.
      selector: { matchLabels: selectorLabels(identity) },
      revisionHistoryLimit: 5,
      progressDeadlineSeconds: spec.progressDeadlineSeconds,
      minReadySeconds: 5,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: webPod(identity, spec, secrets),
    },
  };
}

function webPod(identity: Identity, spec: WebServiceSpec, secrets: pulumi.Input<string> | undefined) {
  const temporary = scratch("tmp", "/tmp", "32Mi");
  const bindings = bindingVolumes(spec.uses);
  const health = (path: string) => ({ httpGet: { path, port: metricsPortName } });
  return podTemplate(identity, {
    ...spread(identity),
    terminationGracePeriodSeconds: gracePeriodSeconds(spec.drain),
    containers: [
      container({
        name: "app",
        image: spec.image,
        env: [
          ...environment({ PORT: `${spec.port}`, INTERNAL_PORT: `${spec.internalPort}`, SHUTDOWN_SECONDS: `${spec.drain.shutdownSeconds}` }),
          ...bindingEnvironment(spec.uses),
          ...environment(Object.fromEntries(spec.secretNames.map((name) => [`${name}_FILE`, `${secretsPath}/${name}`]))),
          ...environment(spec.environment),
        ],
        ports: [
          { name: httpPortName, containerPort: spec.port, protocol: "TCP" },
          { name: metricsPortName, containerPort: spec.internalPort, protocol: "TCP" },
        ],
        resources: resourceRequirements(spec.resources),
        volumeMounts: [temporary.mount, ...bindings.mounts, ...(secrets ? [{ name: "secrets", mountPath: secretsPath, readOnly: true }] : [])],
        startupProbe: { ...health("/health/startup"), periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 60 },
        readinessProbe: { ...health("/health/ready"), periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
        // Slow to judge: a restart helps only a process that hangs, and would turn a busy minute into an outage.
        livenessProbe: { ...health("/health/live"), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        // The kubelet sleeps, so that the image needs no shell.
        ...(spec.drain.preStopSeconds > 0 && { lifecycle: { preStop: { sleep: { seconds: spec.drain.preStopSeconds } } } }),
      }),
    ],
    volumes: [temporary.volume, ...bindings.volumes, ...(secrets ? [secretVolume("secrets", secrets, spec.secretNames)] : [])],
  });
}
