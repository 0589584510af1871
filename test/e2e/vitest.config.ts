import { basename } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

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
  "telemetry",
  "point-in-time",
  "postgres-tls",
  "postgres-cluster",
  "redis-backup",
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

export default defineConfig({
  test: {
    include: ["test/e2e/*.test.ts"],
    globalSetup: ["test/e2e/session.ts"],
    reporters: ["verbose"],
    fileParallelism: false,
    sequence: { sequencer: InOrder },
    // The longest is Pulumi's own wait for a rollout, ten minutes.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    teardownTimeout: 300_000,
  },
});
