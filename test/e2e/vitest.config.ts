import { basename } from "node:path";
import { defineConfig, mergeConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
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
  "restore-from",
  "volume-loss",
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

class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const index = subjects.indexOf(basename(moduleId, ".test.ts"));
      if (index < 0) throw new Error(`${moduleId} is not among the subjects of test/e2e/vitest.config.ts; add it where it belongs.`);
      return index;
    };
    return files.toSorted((a, b) => place(a) - place(b));
  }
}

/** The one stack, from nothing to its end. */
export default mergeConfig(onCluster, defineConfig({ test: { include: ["test/e2e/*.test.ts"], fileParallelism: false, sequence: { sequencer: InOrder } } }));
