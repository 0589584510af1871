import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type ChartName, type ChartSource, charts } from "./versions.ts";

/** A chart with the values that differ from its own. */
export interface ChartRelease {
  chart: ChartName;
  /** Name of the release, and with most charts of what it makes. */
  name: string;
  values: Record<string, unknown>;
}

/** Seconds for all pods of a chart to get ready, pulls of large images included. */
const patience = 600;

/**
 * Installs a chart as a release of Helm's own, and not as single objects of Pulumi's (`helm.v4.Chart`):
 *
 * - Two of the charts make certificates of their webhooks in hooks, which `Chart` leaves out; those webhooks would never answer.
 * - It waits until the chart is ready as its authors mean it, cert-manager's own check included. So what comes after it may use its kinds.
 * - When an upgrade fails, the old release comes back as a whole. People find it by `helm list`, where their runbooks look.
 *
 * The price: a preview shows changed values and no objects, and an object that somebody edits is only mended by the next upgrade.
 */
export function installChart({ chart, name, values }: ChartRelease, namespace: pulumi.Input<string>, opts: pulumi.CustomResourceOptions): k8s.helm.v3.Release {
  const { chart: address, repository, version }: ChartSource = charts[chart];
  return new k8s.helm.v3.Release(
    name,
    {
      name,
      namespace,
      chart: address,
      version,
      ...(repository && { repositoryOpts: { repo: repository } }),
      values,
      atomic: true,
      maxHistory: 3,
      timeout: patience,
    },
    opts,
  );
}
