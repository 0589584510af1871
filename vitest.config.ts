import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{app,dashboards,infra,test,examples}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "test/e2e/**"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
