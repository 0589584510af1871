import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { load, problemsOf } from "./changed-stack.ts";

describe("secrets", () => {
  const secrets = { secrets: { app: { API_TOKEN: "hunter2" } } };

  test("arrive as secret outputs", async () => {
    const { secrets: read } = load("dev", secrets, ["secrets"]);
    expect(await pulumi.isSecret(read.API_TOKEN!)).toBe(true);
  });

  test("in plain text are refused, with the command that encrypts them and without their value", () => {
    const [problem] = problemsOf("dev", secrets);
    expect(problem).toContain("pulumi config set --secret --path 'slipway:secrets.app.<NAME>'");
    expect(problem).not.toContain("hunter2");
  });

  test("anywhere else are refused", () => {
    expect(problemsOf("dev", {}, ["service"])[0]).toMatch(/^slipway:service: holds a secret, which only slipway:secrets may/);
  });

  test("anywhere else stay out of every message", () => {
    const problems = problemsOf("dev", { "service.owner": "hunter 2", "service.email": "hunter3" }, ["service"]);
    expect(problems.length).toBeGreaterThan(1);
    expect(problems.join()).not.toMatch(/hunter/);
  });

  test("stay out of the message that a wrong one brings", () => {
    const problems = problemsOf("dev", { secrets: { app: { API_TOKEN: ["hunter2"], "api-token": "hunter3" } } }, ["secrets"]);
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toMatch(/hunter/);
  });
});
