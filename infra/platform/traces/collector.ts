import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type Identity, named, selectorLabels } from "../../components/kubernetes/identity.ts";
import { podTemplate } from "../../components/kubernetes/pod.ts";
import { collectorContainer } from "../collector/container.ts";
import { otlpPort } from "./collector-config.ts";
import type { TracesSpec } from "./spec.ts";

/**
 * One replica, on purpose: a trace is judged as a whole, so all of its spans must meet in one process. Two would need a layer before
 * them that sends each trace to the same one. While it is away, services drop spans and count them.
 */
export function traceCollectorDeployment(identity: Identity, spec: TracesSpec, config: pulumi.Input<string>): k8s.apps.v1.DeploymentArgs {
  return {
    metadata: named(identity),
    spec: {
      replicas: 1,
      selector: { matchLabels: selectorLabels(identity) },
      // The new one takes over before the old one ends; a trace in flight may be judged in two halves.
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      revisionHistoryLimit: 5,
      template: podTemplate(identity, {
        // Long enough to judge what waits, and send it.
        terminationGracePeriodSeconds: spec.decisionSeconds + 30,
        containers: [
          collectorContainer(spec.collectorImage, spec.collectorResources, { ports: [{ name: "otlp-http", containerPort: otlpPort, protocol: "TCP" }] }),
        ],
        volumes: [{ name: "config", configMap: { name: config } }],
      }),
    },
  };
}
