import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";

const workflow = parse(readFileSync(join(import.meta.dirname, "../.github/workflows/preview-comment.yml"), "utf8"));
const script: string = workflow.jobs.comment.steps[0].run;

// The step's own shell code, with the tools that GitHub's machines have. In place of GitHub a `gh` that answers from files.
const missing = ["bash", "jq", "iconv"].filter((tool) => spawnSync(tool, ["--version"]).status !== 0);
if (missing.length > 0) console.warn(`SKIPPED: the comment's script was not run, since ${missing.join(" and ")} is missing; install it by apt-get install.`);

const gh = `#!/bin/bash
case "$*" in
  *pulls*) cat pulls.json ;;
  "run download"*) [ ! -d artifacts ] || cp -r artifacts/. report ;;
  *--paginate*) cat comments.json ;;
  *--method*) echo "$@" >> calls; cp comment.md posted.md ;;
esac
`;
const sha = "0123456789abcdef0123456789abcdef01234567";
const own = { login: "github-actions[bot]" };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-comment-"));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/gh"), gh, { mode: 0o755 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function comment(situation: { plan?: string; head?: string; comments?: object[][] }) {
  writeFileSync(join(folder, "pulls.json"), JSON.stringify([{ number: 7, head: { sha: situation.head ?? sha } }]));
  writeFileSync(join(folder, "comments.json"), (situation.comments ?? [[]]).map((page) => JSON.stringify(page)).join("\n"));
  if (situation.plan !== undefined) {
    mkdirSync(join(folder, "artifacts/report-plan"), { recursive: true });
    writeFileSync(join(folder, "artifacts/report-plan/plan.md"), situation.plan);
  }
  const env = {
    PATH: `${folder}/bin:${process.env.PATH}`,
    REPOSITORY: "o/r",
    RUN_ID: "1",
    RUN_URL: "https://run",
    HEAD_SHA: sha,
    HEAD_OWNER: "f",
    HEAD_BRANCH: "b",
  };
  const { status, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], { cwd: folder, env, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const read = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : "");
  return { call: read("calls").trim(), body: read("posted.md") };
}

describe.skipIf(missing.length > 0)("the comment on a pull request", () => {
  test("is made once", () => {
    const { call, body } = comment({ plan: "two resources change", comments: [[{ id: 1, user: own, body: "of another workflow" }]] });
    expect(call).toContain("--method POST repos/o/r/issues/7/comments");
    expect(body).toContain("two resources change");
  });

  test("is kept up to date, wherever in a long conversation it stands; nobody else's is touched", () => {
    const { body } = comment({ plan: "first" });
    const imitation = { id: 2, user: { login: "somebody" }, body };
    const { call } = comment({ plan: "second", comments: [[imitation], [{ id: 3, user: own, body }]] });
    expect(call.split("\n").at(-1)).toContain("--method PATCH repos/o/r/issues/comments/3");
  });

  test("says so when there is no plan", () => {
    expect(comment({}).body).toContain("There is no plan");
  });

  test("keeps what is most important of plans that are too long, within what a comment holds", () => {
    const block = `<details><summary>changed</summary>\n\n\`\`\`diff\n${"ä\n".repeat(300)}\`\`\`\n\n</details>\n`;
    const { body } = comment({ plan: `an update would lose data\n${block.repeat(100)}` });
    expect(body).toContain("an update would lose data");
    expect(body).toContain("The rest is in the run");
    expect(Buffer.byteLength(body)).toBeLessThan(65_536);
    expect(body).not.toContain("\uFFFD");
    expect(body.split("<details>").length).toBe(body.split("</details>").length);
  });

  test("holds no more than it may, whatever the report is made of", () => {
    mkdirSync(join(folder, "artifacts/report-plan"), { recursive: true });
    for (let index = 0; index < 9; index++) writeFileSync(join(folder, `artifacts/report-plan/${index} '$(exit 3).md`), "ä".repeat(100_000));
    expect(Buffer.byteLength(comment({}).body)).toBeLessThan(65_536);
  });

  test("is left to the newer run when the branch has moved on", () => {
    expect(comment({ plan: "old", head: "f".repeat(40) }).call).toBe("");
  });
});
