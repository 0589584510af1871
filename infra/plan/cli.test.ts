import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";

const repository = join(import.meta.dirname, "..", "..");

/** A copy of what a plan reads, in a git repository of its own, so that files can be changed and revisions compared. */
let copy: string;
const git = (...args: string[]) => spawnSync("git", ["-C", copy, "-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { encoding: "utf8" });
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "slipway-cli-"));
  for (const path of ["package.json", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "dashboards", "infra"]) {
    cpSync(join(repository, path), join(copy, path), { recursive: true, filter: (source) => !source.includes("node_modules") });
  }
  symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
  writeFileSync(join(copy, ".gitignore"), "node_modules\n/plan/\n");
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "--message", "all");
});

function plan(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(copy, "infra", "plan", "cli.ts"), ...args], {
    cwd: copy,
    encoding: "utf8",
    timeout: 120_000,
  });
  return { status, stdout, stderr };
}

function change(file: string, from: string, to: string): () => void {
  const path = join(copy, file);
  const before = readFileSync(path, "utf8");
  expect(before).toContain(from);
  writeFileSync(path, before.replace(from, to));
  return () => writeFileSync(path, before);
}

test("shows the tree, what the cluster must offer and the next command, and writes one file a resource", () => {
  const { status, stdout } = plan("--stack", "prod");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^WebService +links$/m);
  expect(stdout).toMatch(/^├─ Deployment +links$/m);
  expect(stdout).toMatch(/cert-manager \(Certificate, Issuer of cert-manager\.io\/v1\)\n +helm install cert-manager/);
  expect(stdout.trimEnd().split("\n").at(-1)).toBe("  npx pulumi up --stack prod");
  const files = readdirSync(join(copy, "plan", "prod"), { recursive: true, encoding: "utf8" });
  expect(files.filter((file) => file.endsWith(".yaml")).length).toBeGreaterThan(100);
  expect(existsSync(join(copy, "plan", "prod", "links", "apps-v1-deployment-links.yaml"))).toBe(true);
});

test("another project of the repository: charts with their versions, values in files, nothing that its own charts bring is asked for", () => {
  const { status, stdout } = plan("--project", "platform", "--stack", "prod");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^├─ Release +traefik +chart traefik \d+\.\d+\.\d+$/m);
  expect(stdout).not.toMatch(/helm install/);
  expect(stdout.trimEnd().split("\n").at(-1)).toBe("  npx pulumi up --stack prod --cwd infra/platform");
  const values = readFileSync(join(copy, "plan", "platform-prod", "ingress", "kubernetes-helm.sh-release-traefik.yaml"), "utf8");
  expect(values).toMatch(/^ {2}values:\n(.*\n)*? {4}ingressClass:/m);
});

test("a mistake in the config is a message and exit code 1", () => {
  const mend = change("Pulumi.dev.yaml", "      min: 2", "      min: 9");
  const { status, stdout, stderr } = plan();
  const markdown = plan("--against", "HEAD", "--markdown");
  mend();
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/slipway:web\.replicas\.max: 4 is below slipway:web\.replicas\.min 9; raise it to at least 9/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(markdown.stdout).toMatch(/### Plan of `dev`: failed[\s\S]*slipway:web\.replicas\.max/);
});

test.each([
  [["--stack", "nope"], /There is no stack "nope": .* has dev, prod/],
  [["--against", "no-such-branch"], /--against no-such-branch: git knows no such revision here/],
  [["--project", "nope"], /--project nope: infra has platform\. Use one of these/],
  [["--markdown"], /--markdown is about the difference to another revision; name one with --against/],
  [["--colour"], /Unknown option '--colour'\. See npm run plan -- --help/],
])("%j is refused with a message", (args, message) => {
  const { status, stderr } = plan(...args);
  expect(status).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test("the difference to another revision: none, then one that fails the check", () => {
  expect(plan("--against", "HEAD", "--fail-on-diff")).toMatchObject({ status: 0, stdout: expect.stringContaining("no difference to HEAD") });
  const mend = change("Pulumi.dev.yaml", "      max: 4", "      max: 5");
  const { status, stdout } = plan("--against", "HEAD", "--fail-on-diff");
  mend();
  expect(status).toBe(2);
  expect(stdout).toMatch(/^~ links\/autoscaling-v2-horizontalpodautoscaler-links-scaling\.yaml$/m);
  expect(stdout).toMatch(/^- {2}maxReplicas: 4\n\+ {2}maxReplicas: 5$/m);
  // The other revision's checkout is gone again.
  expect(git("worktree", "list").stdout.trim().split("\n")).toHaveLength(1);
});

test("an encrypted secret needs no passphrase to be planned, and shows as one", () => {
  const mend = change("Pulumi.dev.yaml", "config:\n", "config:\n  slipway:secrets:\n    app:\n      API_TOKEN:\n        secure: v1:AAAA:BBBB\n");
  const { status, stderr } = plan("--out", join(copy, "plan", "with-secret"));
  mend();
  expect([status, stderr]).toEqual([0, ""]);
  const secret = readdirSync(join(copy, "plan", "with-secret", "dev", "links")).find((file) => file.includes("v1-secret-links-secrets"));
  expect(readFileSync(join(copy, "plan", "with-secret", "dev", "links", secret!), "utf8")).toMatch(/stringData:\n {2}API_TOKEN: "\[secret\]"/);
});
