import * as pulumi from "@pulumi/pulumi";
import { type CapabilityName, capabilities } from "./capabilities.ts";
import { type Cluster, connect, NoCluster } from "./cluster.ts";

/**
 * Stops an update before its first change when the cluster lacks a kind that the program is about to make: halfway through, the
 * same mistake would leave a service without its certificate or its alerts.
 *
 * A preview without a reachable cluster goes on, with a warning: reviewing a change needs no cluster.
 */
export async function preflight(needed: readonly CapabilityName[], context: string | undefined): Promise<void> {
  try {
    const missing = await missingCapabilities(await connect(context), needed);
    if (missing.length > 0) throw new pulumi.RunError(describeMissing(missing));
  } catch (error) {
    if (!(error instanceof NoCluster)) throw error;
    if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(error.message);
    await pulumi.log.warn(`${error.message}\nThe preview goes on without looking at the cluster.`);
  }
}

/** What of the needed a cluster does not offer. */
export async function missingCapabilities(cluster: Cluster, needed: readonly CapabilityName[]): Promise<CapabilityName[]> {
  const offered = await Promise.all(needed.map((name) => cluster.kindsOf(capabilities[name].groupVersion)));
  return needed.filter((name, index) => !capabilities[name].kinds.every((kind) => offered[index]!.includes(kind)));
}

export function describeMissing(missing: readonly CapabilityName[]): string {
  const lines = missing.map((name) => {
    const { title, kinds, groupVersion, install, platformSwitch, without } = capabilities[name];
    return `  ${title} (${kinds.join(", ")} of ${groupVersion}).\n    Install it: ${install}\n    Or by the platform stack: slipway-platform:${platformSwitch}.enabled.\n    ${without}`;
  });
  return `The cluster lacks what this stack needs; nothing was changed.\n${lines.join("\n")}\nThe platform stack installs all of it: npx pulumi up --cwd infra/platform (infra/platform/README.md).`;
}
