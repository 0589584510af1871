import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { ComponentArgs } from "../component-args.ts";
import { identityOf, named } from "../kubernetes/identity.ts";
import { configMapName, dashboardProblems, tooLarge } from "./spec.ts";

export interface DashboardsArgs extends ComponentArgs {
  /** Grafana's classic JSON by file name, such as `links-service.json`. The sidecar keeps the files of all namespaces in one folder: names must differ. */
  dashboards: Record<string, pulumi.Input<string>>;
  /** Folder in Grafana, as the annotation `grafana_folder`. Defaults to none: the sidecar's own. */
  folder?: string;
  /** Labels by which Grafana's sidecar finds the ConfigMaps. Defaults to `grafana_dashboard: "1"`, the sidecar's default. */
  sidecarLabels?: Record<string, string>;
}

/**
 * Dashboards as ConfigMaps for the sidecar of Grafana's chart, one each: a ConfigMap holds 1 MiB, and a mistake in one must not
 * take the others away.
 */
export class Dashboards extends pulumi.ComponentResource {
  /** Names of the ConfigMaps. */
  readonly configMaps: pulumi.Output<string[]>;

  constructor(name: string, args: DashboardsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:Dashboards", name, {}, opts);
    refuse("Dashboards", name, dashboardProblems(args.dashboards));
    const identity = identityOf(name, "dashboards", "monitoring", args);

    const made = Object.entries(args.dashboards).map(([file, json]) => {
      // Named: the sidecar deletes a file when its ConfigMap goes, and an autonamed successor would already have written the same one.
      const metadata = named(identity, configMapName(name, file));
      metadata.labels = { ...metadata.labels, ...(args.sidecarLabels ?? { grafana_dashboard: "1" }) };
      if (args.folder !== undefined) metadata.annotations = { ...metadata.annotations, grafana_folder: args.folder };
      const data = { [file]: pulumi.output(json).apply((text) => withinLimit(name, file, text)) };
      return new k8s.core.v1.ConfigMap(configMapName(name, file), { metadata, data }, { parent: this });
    });

    this.configMaps = pulumi.all(made.map((map) => map.metadata.name));
    this.registerOutputs({ configMaps: this.configMaps });
  }
}

function withinLimit(name: string, file: string, text: string): string {
  refuse("Dashboards", name, [tooLarge(file, text)]);
  return text;
}
