import { defineConfig, mergeConfig } from "vitest/config";
import { inOrder } from "../in-order.ts";
import { onCluster } from "../on-cluster.ts";

/** The longest first, so that none is left to run alone at the end. */
const subjects = ["postgres-cluster", "point-in-time", "mode-change", "postgres-tls", "region-loss", "redis-backup", "telemetry"];

/** Parts of the library on small stacks of their own. They wait most of the time, so three go on at once. */
export default mergeConfig(
  onCluster,
  defineConfig({
    test: { include: ["test/e2e/parts/*.test.ts"], maxWorkers: 3, sequence: { sequencer: inOrder(subjects, "test/e2e/parts/vitest.config.ts") } },
  }),
);
