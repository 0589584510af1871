import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{app,dashboards,infra,test,examples}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "test/e2e/**"],
    // Much of the time is spent waiting for real servers and processes; one file at a time, the default on two cores, would double it.
    maxWorkers: 3,
    // Against what hangs, never a measure: a machine may be slow and have other work.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
