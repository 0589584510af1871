import { defineConfig, mergeConfig } from "vitest/config";
import { onCluster } from "../on-cluster.ts";

/** Parts of the library on small stacks of their own. They wait most of the time, so three go on at once. */
export default mergeConfig(onCluster, defineConfig({ test: { include: ["test/e2e/parts/*.test.ts"], maxWorkers: 3 } }));
