import { execFileSync, spawn } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { chownSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { chunkKey } from "../format/encryption.ts";
import { manifestKey, streamFolder } from "../format/keys.ts";
import type { Manifest, ManifestStream, ManifestTable } from "../format/manifest.ts";
import { writeStream } from "../format/streams.ts";
import { type StoreWorkbench, startStore, testBucket } from "../store/workbench.ts";
import { type Evidence, publicKeyPem, readEvidence } from "./evidence.ts";

/** A Postgres installation of this machine with every program that a drill runs; undefined where there is none. */
export const postgresPrograms: string | undefined = globSync("/usr/lib/postgresql/*/bin/pg_amcheck")
  .map((path) => dirname(path))
  .find((folder) => ["initdb", "postgres", "pg_dump", "pg_restore", "psql"].every((program) => existsSync(join(folder, program))));

/** Postgres refuses to run as root; root, as in many containers, runs it as nobody. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const prefix = "backups";
const seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

/** A drill on this machine: a store, a live database that is backed up, and the drill as a process of its own. */
export interface DrillBench {
  store: StoreWorkbench;
  sql(statements: string): string;
  /** Files of the live server, stopped meanwhile. */
  whileStopped(change: (data: string) => void): void;
  backup(id: string, change?: Partial<Manifest>): Promise<Manifest>;
  drill(environment?: NodeJS.ProcessEnv, until?: (log: string) => boolean): Promise<{ code: number | null; log: string }>;
  evidence(): Evidence[];
  /** What the drill's volume holds. */
  volume: string;
  remove(): Promise<void>;
}

export async function drillBench(): Promise<DrillBench> {
  const folder = mkdtempSync(join(tmpdir(), "drill-"));
  const volume = join(folder, "volume");
  const data = join(folder, "live");
  const environment = {
    PATH: `${postgresPrograms}:${process.env.PATH}`,
    HOME: folder,
    LC_ALL: "C.UTF-8",
    PGHOST: folder,
    PGUSER: "postgres",
    PGDATABASE: "links",
  };
  for (const path of [folder, volume]) {
    mkdirSync(path, { recursive: true });
    if (nobody.uid) chownSync(path, nobody.uid, nobody.gid);
  }
  const run = (command: string, ...args: string[]) =>
    execFileSync(join(postgresPrograms!, command), args, {
      ...nobody,
      env: environment,
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 2 ** 28,
    });
  run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
  const start = () =>
    run(
      "pg_ctl",
      "-D",
      data,
      "-w",
      "-l",
      join(folder, "log"),
      "-o",
      `-c listen_addresses='' -c unix_socket_directories='${folder}' -c fsync=off -c autovacuum=off`,
      "start",
    );
  const stop = () => run("pg_ctl", "-D", data, "-w", "-m", "fast", "stop");
  start();
  const sql = (statements: string) => run("psql", "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statements).trim();
  execFileSync(join(postgresPrograms!, "createdb"), ["links"], { ...nobody, env: environment, cwd: folder });
  const store = await startStore();
  writeFileSync(join(folder, "signing-key"), seed);
  for (const [name, value] of Object.entries({ "access-key-id": "drill", "secret-access-key": "secret" })) writeFileSync(join(folder, name), value);

  return {
    store,
    sql,
    volume,
    whileStopped: (change) => {
      stop();
      change(data);
      start();
    },
    backup: async (id, change = {}) => {
      const stream = async (name: string, role: "schema" | "data", ...args: string[]): Promise<ManifestStream> => {
        const dump = execFileSync(join(postgresPrograms!, "pg_dump"), ["-Fc", ...args], { ...nobody, env: environment, cwd: folder, maxBuffer: 2 ** 28 });
        const key = change.encryption ? chunkKey(seed, "the test's key") : undefined;
        const place = { folder: streamFolder(prefix, "links", id, name), id, stream: name, key };
        return { name, role, ...(await writeStream(Readable.from([dump]), place, { writer: store.store() })) };
      };
      const streams = [await stream("schema", "schema", "--schema-only"), await stream("data-rest", "data", "--data-only")];
      const at = `${id.slice(0, 10)}T${id.slice(11, 19).replaceAll("-", ":")}Z`;
      const tables = JSON.parse(sql(countsSql)) as ManifestTable[];
      const manifest: Manifest = {
        format: 2,
        kind: "dump",
        id,
        database: "links",
        systemIdentifier: sql("SELECT system_identifier FROM pg_control_system()"),
        serverVersion: Number(sql("SHOW server_version_num")),
        startedAt: at,
        snapshotAt: at,
        finishedAt: at,
        verifiedAt: at,
        schemaVersion: "7",
        bytes: streams.reduce((sum, { bytes }) => sum + bytes, 0),
        storedBytes: streams.flatMap(({ chunks }) => chunks).reduce((sum, { bytes }) => sum + bytes, 0),
        streams,
        tables,
        ...change,
      };
      store.objects.set(manifestKey(prefix, "links", id), Buffer.from(JSON.stringify(manifest)));
      return manifest;
    },
    drill: async (more = {}, until = () => false) => {
      const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
        ...nobody,
        cwd: folder,
        env: {
          PATH: environment.PATH,
          BUCKET: testBucket,
          ENDPOINT: store.endpoint,
          REGION: "eu-central-1",
          PREFIX: prefix,
          READER_ACCESS_KEY_DIRECTORY: folder,
          WRITER_ACCESS_KEY_DIRECTORY: folder,
          DATABASE: "links",
          DIRECTORY: volume,
          VOLUME_BYTES: `${2 ** 32}`,
          MEMORY_BYTES: `${2 ** 28}`,
          SCRATCH: folder,
          SIGNING_KEY_FILE: join(folder, "signing-key"),
          ...more,
        },
      });
      let log = "";
      const listen = (text: Buffer) => {
        log += text;
        if (until(log)) child.kill("SIGKILL");
      };
      child.stdout.on("data", listen);
      child.stderr.on("data", listen);
      const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
      return { code, log };
    },
    evidence: () =>
      [...store.objects]
        .filter(([key]) => key.includes("/drills/"))
        .map(([, body]) => readEvidence(body.toString("utf8"), createPublicKey(publicKeyPem(seed)))),
    remove: async () => {
      stop();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const countsSql = `SELECT json_agg(json_build_object('schema', schemaname, 'name', tablename, 'rows',
  (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I.%I', schemaname, tablename), false, true, '')))[1]::text::int))
  FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`;
