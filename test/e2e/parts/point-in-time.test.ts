import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { output } from "../command.ts";
import { repository } from "../engine.ts";
import { runJob } from "../jobs.ts";
import { eventually, get, isReady, kubectl, list, nodeIn, servingPods } from "../kubernetes.ts";
import { thisStack } from "../this-stack.ts";
import { OwnStack } from "./own-stack.ts";
import { type Marked, writeAndMark } from "./point-in-time/writer.ts";
import { connection } from "./postgres-cluster/writer.ts";

const stack = thisStack();
const own = new OwnStack("point-in-time", `${process.env.SLIPWAY_E2E_DATABASE_NAMESPACE ?? stack.namespace}-pitr`);
const { namespace } = own;
const values = { images: stack.cluster.images, clientImage: stack.images.app };
const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(0);
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Commands of docs/point-in-time.md as a person would copy them, with this stack's namespace instead of the page's. */
const page = readFileSync(join(repository, "docs", "point-in-time.md"), "utf8");
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)\n```$/gm)].flatMap(([, block]) => block!.split(/\n(?! )/));
const dumped = join(tmpdir(), `${namespace}-links.sql`);
function documented(part: string, replaced: Record<string, string> = {}): Promise<string> {
  const found = commands.filter((command) => command.includes(part));
  expect(found, `commands of the page with ${part}`).toHaveLength(1);
  const all = { "--namespace links": `--namespace ${namespace}`, "links.sql": dumped, ...replaced };
  const command = Object.entries(all).reduce((text, [from, to]) => text.replaceAll(from, to), found[0]!);
  return output(["sh", "-c", command], { patience: 60 });
}

/** As the superuser, in the running server, or in the recovered one of a Job. */
const inServer = async (sql: string, pod = "postgres-0") => {
  const script = 'PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE") exec psql -h 127.0.0.1 -U postgres -d links -qtA -c "$0"';
  return (await kubectl(["--namespace", namespace, "exec", pod, "--", "sh", "-c", script, sql])).trim();
};
const clock = () => inServer(`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
const inRecovered = async (job: string, sql: string) => {
  const psql = ["psql", "-h", "/tmp/sockets", "-U", "postgres", "-d", "links", "-qtA", "-c", sql];
  return (await kubectl(["--namespace", namespace, "exec", `job/${job}`, "--container=recover", "--", ...psql])).trim();
};
const allNumbers = "SELECT string_agg(number::text, ',') FROM links";
const missing = (numbers: string, acknowledged: number[]) => {
  const there = new Set(numbers.split(",").map(Number));
  return acknowledged.filter((number) => !there.has(number));
};

const inWriter = async (script: string) => {
  const [pod] = await servingPods(namespace, "writer");
  return nodeIn(namespace, pod.metadata.name, script);
};
const writing = (...args: Parameters<typeof writeAndMark>): Promise<Marked> => inWriter(writeAndMark(...args));

/** Starts a recovery to a moment by the page's command. */
const recover = (job: string, target: string) => documented("create job back", { "create job back": `create job ${job}`, "2026-11-21T13:31:10.886Z": target });
/** The last line of a recovery that has ended well. */
const recovered = (job: string) =>
  eventually(`${job} is recovered`, 240, async () => {
    const log = await kubectl(["--namespace", namespace, "logs", `job/${job}`, "--container=recover"]);
    if (/recovery failed/.test(log)) return log;
    return log.split("\n").findLast((line) => /recovered to .*psql -h/.test(line));
  });
/** Closes the newest segment by the page's command, and waits until it is in the bucket: the server keeps it no longer then. */
async function archived(): Promise<void> {
  const end = (await documented("pg_switch_wal")).trim();
  const kept = `SELECT restart_lsn >= '${end}'::pg_lsn FROM pg_replication_slots WHERE slot_name = 'slipway_archive'`;
  await eventually("the newest segment is in the bucket", 120, async () => (await inServer(kept)) === "t");
}
const store = (replicas: number) => kubectl(["--namespace", namespace, "scale", "statefulset/backups-store", `--replicas=${replicas}`]);

beforeAll(async () => {
  await own.create({ ...values, archived: true });
  const table = "CREATE TABLE links (number bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())";
  await inWriter(`${connection} console.log(JSON.stringify(await ask(login("OWNER"), "${table}")));`);
});
afterAll(async () => {
  await own.remove();
  const volumes = async () => (await list(namespace, "persistentvolumes")).filter(({ spec }) => spec.claimRef?.namespace === namespace);
  await eventually("no volume is left", 60, async () => (await volumes()).length === 0);
  rmSync(dumped, { force: true });
});

test("a drill goes back to a moment at random where nothing leads to the database, and the bucket says so to Prometheus", async () => {
  const drills = `${namespace}-drill`;
  const metrics = (having: string) =>
    eventually(`the exporter shows ${having}`, 180, async () => {
      const text = await kubectl(["get", "--raw", `/api/v1/namespaces/${namespace}/services/backup-exporter:metrics/proxy/metrics`]).catch(() => "");
      return text.includes(having) ? text : undefined;
    });
  // The archive makes it by itself.
  await metrics('backup_kept{database="links",kind="base"} 1');
  const { marks } = await writing(15, 5_000_000);
  await archived();
  await kubectl(["--namespace", drills, "create", "job", "drill-now", "--from=cronjob/restore-drill"]);
  const { type } = await eventually("the drill has ended", 300, async () => {
    const { status } = await get(drills, "job", "drill-now");
    return (status.conditions ?? []).find(({ type }: { type: string }) => type === "Complete" || type === "Failed");
  });
  const log = await kubectl(["--namespace", drills, "logs", "job/drill-now", "--container=drill"]);
  expect(type, log).toBe("Complete");
  const [said, moment] = /moment (\S+Z) from base backup \S+ is right, [\d.]+ s/.exec(log)!;

  const shown = await metrics('restore_drill_last_success_timestamp_seconds{database="links",drilled="moment"}');
  for (const check of ["restore", "log", "moment", "amcheck", "rows", "invariants", "clock"]) {
    expect(shown).toMatch(new RegExp(`restore_drill_result\\{database="links",check="${check}",drilled="moment",backup="[^"]+"\\} 1\n`));
  }
  const figure = (name: string, labels = "") => Number(new RegExp(`^${name}\\{database="links",drilled="moment"${labels}\\} (\\S+)$`, "m").exec(shown)?.[1]);
  const rows = figure("restore_drill_rows", ',table="public.links"');
  // Every row acknowledged by then, and none that is younger: the clock of a row is read just before its commit.
  expect(rows).toBeGreaterThanOrEqual(marks.findLast(({ at }) => at <= moment!)?.acknowledged ?? 0);
  expect(rows).toBeLessThanOrEqual(Number(await inServer(`SELECT count(*) FROM links WHERE at <= '${moment}'`)));
  const phases = ["fetch", "replay", "verify"].map((phase) => `${phase} ${figure("restore_drill_duration_seconds", `,phase="${phase}"`).toFixed(1)} s`);
  expect(phases.join()).not.toContain("NaN");
  stack.note(
    "drill of a moment",
    `${said}; ${phases.join(", ")}; ${rows} rows; lost at that moment: ${figure("restore_drill_rpo_seconds").toFixed(1)} s of writes`,
  );
  expect((await list(drills, "pods")).filter(({ status }) => status.phase === "Running")).toEqual([]);
});

test("a table dropped while writes go on comes back as it was the moment before, with every acknowledged row", async () => {
  const copied = writing(12, 1);
  await runJob(namespace, "base-now", "postgres-wal-base");
  const first = await copied;
  const { acknowledged, marks, failures } = await writing(8, 1_000_000, "DROP TABLE links");
  const lost = performance.now();
  const moment = marks.at(-1)!;
  expect(first.failures + failures).toBe(0);
  expect(await inServer("SELECT to_regclass('links') IS NULL")).toBe("t");

  await archived();
  await recover("back", moment.at);
  expect(await recovered("back")).toMatch(/recovered to \S+Z; psql/);
  await documented("pg_dump");
  await documented("exec --stdin");
  const taken = seconds(lost);
  await documented("delete job back");

  const before = [...first.acknowledged, ...acknowledged.slice(0, moment.acknowledged)];
  const gone = missing(await inServer(allNumbers), before);
  stack.note(
    "lost table, back to the moment before",
    `${taken} s from its loss until it was back; of ${before.length} rows acknowledged before the moment ${gone.length} missing`,
  );
  expect(gone.slice(0, 9)).toEqual([]);
  expect(await inServer(`SELECT count(*) FROM links WHERE at > '${moment.at}'`)).toBe("0");
  expect(acknowledged.length, "rows that came after the moment").toBeGreaterThan(moment.acknowledged);
  // Its rights came back too: the application goes on.
  expect((await writing(2, 2_000_000)).failures).toBe(0);
});

test("the archive is killed and the bucket away for 20 s while writes go on: no row is lost, and a moment of that time can be reached", async () => {
  const written = writing(26, 3_000_000);
  await store(0);
  await kubectl(["--namespace", namespace, "wait", "pod/backups-store-0", "--for=delete", "--timeout=60s"], { patience: 70 });
  const away = performance.now();
  await pause(8000);
  // A segment that was received waits in the pod for the bucket; it goes with the pod.
  await inServer("SELECT pg_switch_wal()");
  await pause(2000);
  await kubectl(["--namespace", namespace, "delete", "pod", "--selector=app.kubernetes.io/instance=postgres-wal", "--grace-period=0", "--force"]);
  const killed = await clock();
  await pause(Math.max(0, 20_000 - (performance.now() - away)));
  const back = await clock();
  await store(1);
  const { acknowledged, marks, failures } = await written;
  expect(failures).toBe(0);
  const ended = performance.now();
  await archived();
  const behind = seconds(ended);
  const moment = marks.find(({ at }) => at > killed)!;
  expect(moment.at < back, "a moment while the bucket was away").toBe(true);
  await recover("back-within", moment.at);
  await recover("back-latest", "latest");
  for (const job of ["back-within", "back-latest"]) expect(await recovered(job)).toMatch(/recovered to \S+Z; psql/);

  const before = acknowledged.slice(0, moment.acknowledged);
  expect(missing(await inRecovered("back-within", allNumbers), before).slice(0, 9)).toEqual([]);
  expect(await inRecovered("back-within", `SELECT count(*) FROM links WHERE at > '${moment.at}'`)).toBe("0");
  const gone = missing(await inRecovered("back-latest", allNumbers), acknowledged);
  stack.note(
    "point in time: archive killed, bucket away for 20 s",
    `all in the bucket ${behind} s after the last row; of ${acknowledged.length} acknowledged rows ${gone.length} missing`,
  );
  expect(gone.slice(0, 9)).toEqual([]);
  await kubectl(["--namespace", namespace, "delete", "job", "back-within", "back-latest"]);
});

test("a server that is new and empty is filled while it comes up: no dump is in the bucket, and every archived row is there", async () => {
  const { acknowledged } = await writing(5, 6_000_000);
  await archived();
  const began = performance.now();
  await own.up({ ...values, archived: true, again: true });
  const took = seconds(began);
  const gone = missing(await inServer(allNumbers, "again-0"), acknowledged);
  stack.note("a new server, filled from the log", `${took} s for the update; of the ${acknowledged.length} rows acknowledged last ${gone.length} missing`);
  expect(gone.slice(0, 9)).toEqual([]);
  const facts = "SELECT count(*), count(DISTINCT number), max(at) FROM links";
  expect(await inServer(facts, "again-0")).toBe(await inServer(facts));
  const rights = "SELECT has_table_privilege('links_app', 'links', 'INSERT'), (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'links')";
  expect(await inServer(rights, "again-0")).toBe(await inServer(rights));
  const [job] = (await list(namespace, "jobs")).filter(({ metadata }) => metadata.name.startsWith("again-restore"));
  const said = await kubectl(["--namespace", namespace, "logs", `job/${job.metadata.name}`, "--container=restore"]);
  expect(said).toMatch(/database links was restored from base backup \S+ and the log after it, with the data of \S+Z/);
});

test("taken away again, the archive leaves nothing on the server: no slot that would fill its volume, no login; the rows stay", async () => {
  const rows = await inServer("SELECT count(*) FROM links");
  await own.up({ ...values, archived: false });
  expect(isReady(await get(namespace, "pod", "postgres-0"))).toBe(true);
  expect(await inServer("SELECT count(*) FROM pg_replication_slots")).toBe("0");
  expect(await inServer("SELECT count(*) FROM pg_roles WHERE rolname = 'links_archive'")).toBe("0");
  const names = (await Promise.all(["cronjobs", "deployments", "configmaps", "networkpolicies"].map((kind) => list(namespace, kind)))).flat();
  expect(names.map(({ metadata }) => metadata.name).filter((name: string) => name.startsWith("postgres-wal"))).toEqual([]);
  expect(await inServer("SELECT count(*) FROM links")).toBe(rows);
});
