import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type Identity, named, selectorLabels } from "../../components/kubernetes/identity.ts";
import { podTemplate } from "../../components/kubernetes/pod.ts";
import { containerSecurityContext, podSecurityContext } from "../../components/kubernetes/pod-security.ts";
import { collectorContainer } from "../collector/container.ts";
import { podLogMount } from "./collector-config.ts";
import type { LogsSpec } from "./spec.ts";

/** Why its namespace can't be `restricted`. */
export const hostPathReason = "reads the log files of pods, which are a folder of the node; everything else of restricted holds";

/**
 * The kubelet's log files are `root:root`, mode 0640: the group reads them. So it is an ordinary user in the group root, without any
 * capability; of the node it sees that one folder, read-only.
 */
const readersGroup = { runAsGroup: 0 };

export function logCollectorDaemonSet(identity: Identity, spec: LogsSpec, config: pulumi.Input<string>): k8s.apps.v1.DaemonSetArgs {
  return {
    metadata: named(identity),
    spec: {
      selector: { matchLabels: selectorLabels(identity) },
      // The next one reads before the last one stops, so that an upgrade loses no line; a few of these seconds are there twice.
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "10%", maxUnavailable: 0 } },
      revisionHistoryLimit: 5,
      template: podTemplate(identity, {
        // Logs of a node that is in trouble are those that people look for.
        tolerations: [{ operator: "Exists" }],
        securityContext: { ...podSecurityContext, ...readersGroup },
        terminationGracePeriodSeconds: 30,
        containers: [
          collectorContainer(spec.collectorImage, spec.collectorResources, {
            securityContext: { ...containerSecurityContext, ...readersGroup },
            volumeMounts: [{ name: "pod-logs", mountPath: podLogMount, readOnly: true }],
          }),
        ],
        volumes: [
          { name: "config", configMap: { name: config } },
          { name: "pod-logs", hostPath: { path: spec.podLogFolder, type: "Directory" } },
        ],
      }),
    },
  };
}
