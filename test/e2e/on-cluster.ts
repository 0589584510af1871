import { defineConfig } from "vitest/config";

/** What all tests on a cluster have in common. */
export const onCluster = defineConfig({
  test: {
    globalSetup: ["test/e2e/session.ts"],
    reporters: ["verbose"],
    // The longest is Pulumi's own wait for a rollout, ten minutes.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    teardownTimeout: 300_000,
  },
});
