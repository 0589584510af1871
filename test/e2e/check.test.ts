import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { outcomeOf } from "./command.ts";
import { repository, stackName } from "./engine.ts";
import { get, kubectl } from "./kubernetes.ts";
import { sql } from "./postgres.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const { namespace } = stack;
beforeAll(async () => void (await stack.ensureUp()));

interface Finding {
  status: "good" | "warning" | "bad" | "skipped";
  says: string;
  mend?: string;
}

/** Runs the check as a person would. */
async function check(only: string, { configFile = stack.engine.configFile, args = [] as string[], env = {} as Record<string, string> } = {}) {
  const command = [
    process.execPath,
    join(repository, "infra", "check", "cli.ts"),
    "--stack",
    stackName,
    "--config-file",
    configFile,
    "--only",
    only,
    "--json",
    ...args,
  ];
  const { code, stdout, stderr, seconds } = await outcomeOf(command, { env: { ...stack.engine.environment(), ...env }, patience: 600 });
  expect(stdout, stderr).not.toBe("");
  const checks = (JSON.parse(stdout) as { checks: { name: string; findings: Finding[] }[] }).checks.filter(({ name }) => only.split(",").includes(name));
  return { code, seconds, checks, red: checks.flatMap(({ findings }) => findings.filter(({ status }) => status === "bad")) };
}

test("after an up all that it can know is green", async () => {
  const { code, red, seconds, checks } = await check("credentials,secrets,operators,capacity,certificates,workloads,migrations,drift", { args: ["--after"] });
  expect(red).toEqual([]);
  expect(code).toBe(0);
  expect(checks.find(({ name }) => name === "drift")!.findings).toHaveLength(2);
  stack.note("check", `${seconds.toFixed(0)} s for everything, drift included`);
});

test("what somebody changed by hand is red, and named", async () => {
  const patch = (port: number) =>
    kubectl([
      "--namespace",
      namespace,
      "patch",
      "service",
      "links",
      "--type=json",
      "--patch",
      JSON.stringify([{ op: "replace", path: "/spec/ports/0/port", value: port }]),
    ]);
  const port: number = (await get(namespace, "service", "links")).spec.ports[0].port;
  await patch(port + 1);
  try {
    const { code, red } = await check("drift");
    expect(code).toBe(2);
    expect(red).toMatchObject([{ says: "Somebody else changed 1 resource: update Service links.", mend: expect.stringMatching(/pulumi up --refresh/) }]);
  } finally {
    await patch(port);
  }
});

test("a log-in without the rights of up is red, with what lacks", async () => {
  await kubectl(["--namespace", namespace, "create", "serviceaccount", "onlooker"]);
  try {
    const folder = mkdtempSync(join(stack.folder, "onlooker-"));
    const config = parse(await kubectl(["config", "view", "--raw", "--minify", "--flatten"]));
    const token = (await kubectl(["--namespace", namespace, "create", "token", "onlooker"])).trim();
    writeFileSync(join(folder, "kubeconfig"), stringify({ ...config, users: [{ name: config.users[0].name, user: { token } }] }), { mode: 0o600 });
    const { code, red } = await check("credentials", { env: { KUBECONFIG: join(folder, "kubeconfig") } });
    rmSync(folder, { recursive: true });
    expect(code).toBe(2);
    expect(red).toMatchObject([
      { says: expect.stringMatching(/may not get .*create deployments\.apps in/), mend: expect.stringMatching(/kubectl auth can-i/) },
    ]);
  } finally {
    await kubectl(["--namespace", namespace, "delete", "serviceaccount", "onlooker"]);
  }
});

test("a stack that fits on no node is red before up tries", async () => {
  const folder = join(stack.folder, "too-large");
  mkdirSync(folder, { recursive: true });
  const file = parse(readFileSync(stack.engine.configFile, "utf8"));
  const postgres = { ...file.config["slipway:postgres"], resources: { cpu: "1", memory: "4Ti" } };
  writeFileSync(join(folder, "Pulumi.yaml"), readFileSync(join(stack.folder, "Pulumi.yaml")));
  writeFileSync(join(folder, `Pulumi.${stackName}.yaml`), stringify({ ...file, config: { ...file.config, "slipway:postgres": postgres } }));
  const { code, red } = await check("capacity", { configFile: join(folder, `Pulumi.${stackName}.yaml`) });
  expect(code).toBe(2);
  expect(red).toMatchObject([{ says: expect.stringMatching(/a pod of StatefulSet postgres, with 1 CPU and 4096Gi, fits on none/) }]);
});

test("a migration that waits is told with the locks it takes, and after up it is red", async () => {
  const row = (await sql(namespace, "DELETE FROM schema_migrations WHERE name = '0002_link_statistics' RETURNING id, run_on")).split("|");
  try {
    const { checks } = await check("migrations");
    expect(checks[0]!.findings).toMatchObject([
      { status: "good", says: expect.stringMatching(/^0002_link_statistics\.sql will run: takes SHARE ROW EXCLUSIVE on links \(\d+ rows\)/) },
    ]);
    expect((await check("migrations", { args: ["--after"] })).red).toMatchObject([{ says: "0002_link_statistics.sql did not run." }]);
  } finally {
    await sql(namespace, `INSERT INTO schema_migrations (id, name, run_on) VALUES (${row[0]}, '0002_link_statistics', '${row[1]}')`);
  }
});

test("a workload that somebody stopped, and a schedule that is suspended, are red", async () => {
  const suspend = (value: boolean) =>
    kubectl(["--namespace", namespace, "patch", "cronjob", "postgres-backup", "--patch", JSON.stringify({ spec: { suspend: value } })]);
  await kubectl(["--namespace", namespace, "scale", "deployment", "redis-cache-exporter", "--replicas=0"]);
  await suspend(true);
  try {
    const says = (await check("workloads,backups")).red.map(({ says }) => says);
    expect(says).toEqual(
      expect.arrayContaining(["Deployment redis-cache-exporter has 0 of 1 pods.", "postgres-backup is suspended: no more backups are made."]),
    );
  } finally {
    await suspend(false);
    await kubectl(["--namespace", namespace, "scale", "deployment", "redis-cache-exporter", "--replicas=1"]);
    await kubectl(["--namespace", namespace, "rollout", "status", "deployment", "redis-cache-exporter", "--timeout=60s"], { patience: 70 });
  }
});
