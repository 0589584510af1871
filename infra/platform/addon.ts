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
  /** What has to be there before. An argument, because Pulumi hands a component's `dependsOn` down to none of its children. Defaults to nothing. */
  after?: readonly pulumi.Resource[];
}

/** One or several charts in a namespace of their own. What depends on it waits until they run. */
export class Addon extends pulumi.ComponentResource {
  constructor(name: string, { namespace, openings, releases, after = [] }: AddonArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway-platform:index:Addon", name, {}, opts);
    const home = new AddonNamespace(`${name}-namespace`, { namespace, openings }, { parent: this });
    let before = [...after];
    for (const release of releases) before = [installChart(release, home.name, { parent: this, dependsOn: before }), ...after];
    this.registerOutputs({});
  }
}
