import { defineConfig, mergeConfig } from "vitest/config";
import { inOrder } from "./in-order.ts";
import { onCluster } from "./on-cluster.ts";

/** The order in which the stack lives: each subject leaves it as the next one needs it. */
const subjects = [
  "first-up",
  "api",
  "hits",
  "no-drift",
  "check",
  "state-loss",
  "pod-security",
  "isolation",
  "rate-limit",
  "monitoring",
  "notifications",
  "backup",
  "restore-drill",
  "losses",
  "key-loss",
  "restore-from",
  "node-loss",
  "rollout",
  "password-rotation",
  "redis-faults",
  "failing-rollout",
  "failing-migration",
  "bad-surroundings",
  "prod-plan",
  "protected-data",
  "autoscaling",
  "live",
  "traces",
  "destroy",
];

/** The one stack, from nothing to its end. */
export default mergeConfig(
  onCluster,
  defineConfig({ test: { include: ["test/e2e/*.test.ts"], fileParallelism: false, sequence: { sequencer: inOrder(subjects, "test/e2e/vitest.config.ts") } } }),
);
