import * as pulumi from "@pulumi/pulumi";
import { AddonNamespace } from "./addon-namespace.ts";
import type { Opening } from "./policies.ts";
import { type ChartRelease, installChart } from "./release.ts";

/** What an add-on is made of. */
export interface AddonArgs {
  namespace: string;
  openings: Readonly<Record<string, Opening>>;
  /** In this order, each after the one before. */
  releases: readonly ChartRelease[];
}

/** One or several charts in a namespace of their own. What depends on it waits until they run. */
export class Addon extends pulumi.ComponentResource {
  constructor(name: string, { namespace, openings, releases }: AddonArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway-platform:index:Addon", name, {}, opts);
    const home = new AddonNamespace(`${name}-namespace`, { namespace, openings }, { parent: this });
    let before: pulumi.Resource[] = [];
    for (const release of releases) before = [installChart(release, home.name, { parent: this, dependsOn: before })];
    this.registerOutputs({});
  }
}
