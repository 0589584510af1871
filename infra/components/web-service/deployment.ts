import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type Identity, named, selectorLabels } from "../kubernetes/identity.ts";
import { workloadPod } from "../workload/pod.ts";
import { httpPortName } from "./service.ts";
import type { WebServiceSpec } from "./spec.ts";

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
      template: workloadPod(identity, { ...spec, ...spec.drain, container: "app", secrets, service: { name: httpPortName, port: spec.port } }),
    },
  };
}
