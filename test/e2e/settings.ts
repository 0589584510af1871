import type { TestCluster } from "./cluster/cluster.ts";
import type { AppImages } from "./images.ts";

const service = "links";
/** Few enough that a burst meets the limit, and that only one test has to mind. */
const readQuota = 20;
const host = "links-e2e.127.0.0.1.nip.io";

/** In what the stack of the tests differs from Pulumi.dev.yaml. */
export const settings = {
  service,
  host,
  /** Where its namespaces begin. Each run has one of its own: alerts of long windows would find in Prometheus what another run broke. */
  namespacePrefix: "links-e2e",
  /** Reads of a link a minute; the other tiers are far above what the loops send. */
  readQuota,
  config: (namespace: string, cluster: TestCluster, images: AppImages) => ({
    "slipway:namespace": namespace,
    "slipway:image": { build: undefined, reference: images.app },
    ...(Object.keys(cluster.images).length > 0 && { "slipway:images": cluster.images }),
    "slipway:ingress": { host },
    "slipway:backups": { encrypt: true },
    ...(cluster.telemetry && { "slipway:tracing": cluster.telemetry.tracing }),
    "slipway:web": {
      // Short, since some updates are meant to fail. A pod is up, and a migration done, within seconds.
      rolloutDeadlineSeconds: 45,
      migrationDeadlineSeconds: 45,
      rateLimits: { create: "600000/60", read: `${readQuota}/60`, redirect: "600000/60" },
    },
  }),
};
