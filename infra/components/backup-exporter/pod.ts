import type * as pulumi from "@pulumi/pulumi";
import { bucketVariables } from "../backup-tools/pod-environment.ts";
import { toolCommand, toolsVolume } from "../backup-tools/programs.ts";
import { exporterProbes } from "../exporter/exporter.ts";
import { images } from "../images.ts";
import type { Identity } from "../kubernetes/identity.ts";
import { bindingVolumes, container, environment, podTemplate } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { metricsPortName } from "../kubernetes/scrape.ts";
import type { BackupExporterArgs } from "./backup-exporter.ts";

export const exporterPort = 9180;

export function backupExporterPod(identity: Identity, args: BackupExporterArgs, programs: pulumi.Input<string>) {
  const tools = toolsVolume(programs, "exporter/main");
  const { volumes, mounts } = bindingVolumes([args.bucketReader]);
  return podTemplate(identity, {
    terminationGracePeriodSeconds: 10,
    containers: [
      container({
        name: "exporter",
        image: args.image ?? images.node,
        // This image has a Node of its own, so none is lent.
        command: ["node", ...toolCommand("exporter/main", 80).slice(1)],
        env: environment({
          ...bucketVariables({ reader: args.bucketReader }),
          DRILL_PUBLIC_KEY: args.drillPublicKey,
          LOOK_SECONDS: `${args.lookSeconds ?? 60}`,
          PORT: `${exporterPort}`,
        }),
        ports: [{ name: metricsPortName, containerPort: exporterPort, protocol: "TCP" }],
        volumeMounts: [tools.mount, ...mounts],
        resources: resourceRequirements(args.resources ?? { cpu: "10m", cpuLimit: "500m", memory: "128Mi", ephemeralStorage: "16Mi" }),
        ...exporterProbes,
      }),
    ],
    volumes: [tools.volume, ...volumes],
  });
}
