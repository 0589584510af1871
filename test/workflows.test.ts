import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Job {
  if?: string;
  permissions?: Record<string, string>;
  "timeout-minutes"?: number;
  steps: Step[];
  env?: Record<string, string>;
}
interface Workflow {
  on: Record<string, unknown>;
  permissions?: Record<string, string>;
  concurrency?: { group: string };
  jobs: Record<string, Job>;
}

const root = join(import.meta.dirname, "..");
const folder = join(root, ".github/workflows");
const files = readdirSync(folder);
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

describe.each(files)("%s", (file) => {
  const text = readFileSync(join(folder, file), "utf8");
  const workflow: Workflow = parse(text);
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);
  const commands = steps.flatMap(({ run }) => (run ? [run] : []));

  test("every action is pinned to a commit, and says which version that is: a tag can be moved to other code", () => {
    const uses = text.split("\n").filter((line) => /\buses:/.test(line));
    expect(uses.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test("nothing is permitted that is not asked for", () => {
    const { permissions = { everything: "the repository's default" } } = workflow;
    expect(Object.entries(permissions).filter(([, permission]) => permission !== "read")).toEqual([]);
  });

  test("whoever may write runs none of the request's code", () => {
    const writers = jobs.filter((job) => Object.entries(job.permissions ?? {}).some(([scope, permission]) => permission === "write" && scope !== "id-token"));
    const checkouts = writers.flatMap((job) => job.steps).filter(({ uses, run }) => uses !== undefined || /npm |npx |node |git /.test(run ?? ""));
    expect(checkouts).toEqual([]);
    expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
  });

  test("no secret and no identity for a fork", () => {
    if (!("pull_request" in workflow.on)) return;
    const trusted = jobs.filter((job) => JSON.stringify(job).includes("secrets.") || job.permissions?.["id-token"]);
    expect(trusted.filter((job) => !job.if?.includes("head.repo.full_name == github.repository"))).toEqual([]);
  });

  test("no text of a request becomes part of a command", () => {
    expect(commands.filter((command) => command.includes("${{"))).toEqual([]);
  });

  test("the token stays out of the checkout, runs end, and a newer one takes over", () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
    expect(jobs.filter((job) => !job["timeout-minutes"])).toEqual([]);
    expect(workflow.concurrency?.group).toMatch(/\$\{\{ github\./);
  });

  test("every npm script it runs exists", () => {
    const named = commands.flatMap((command) => [...command.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name!));
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
