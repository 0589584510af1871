import { execFileSync, spawn } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { chownSync, existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { chunkKey } from "../format/encryption.ts";
import { manifestKey, streamFolder } from "../format/keys.ts";
import type { Manifest, ManifestStream, ManifestTable } from "../format/manifest.ts";
import { writeStream } from "../format/streams.ts";
import { type StoreWorkbench, startStore, testBucket } from "../store/workbench.ts";
import { archiveFile, serverFolder } from "../wal/archive.ts";
import { packFile } from "../wal/archived-file.ts";
import { parseSegment } from "../wal/segment.ts";
import { type Evidence, publicKeyPem, readEvidence } from "./evidence.ts";

/** A Postgres installation of this machine with every program that a drill runs; undefined where there is none. */
export const postgresPrograms: string | undefined = globSync("/usr/lib/postgresql/*/bin/pg_amcheck")
  .map((path) => dirname(path))
  .find((folder) => ["initdb", "postgres", "pg_dump", "pg_restore", "psql"].every((program) => existsSync(join(folder, program))));

/** Postgres refuses to run as root; root, as in many containers, runs it as nobody. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const prefix = "backups";
const seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

/** The archived log of the live database, as its archiver would have brought it into the store. */
export interface LogBench {
  /** Makes a base backup by its program, and archives the log that it waits for. */
  base(): Promise<void>;
  /** Ends the newest segment and archives all that are whole. Gives their names. */
  archive(): Promise<string[]>;
  /** Segments in the store by name, and when each was stored, as its listing says. */
  stored: Map<string, Date>;
  /** Key of a segment in the store. */
  key(name: string): string;
  /** The whole segment, with whatever a test does to it, in the place of what is stored. */
  replace(name: string, change: (content: Buffer) => void): Promise<void>;
  /** Forgets all that was stored. */
  clear(): void;
}

/** A drill on this machine: a store, a live database that is backed up, and the drill as a process of its own. */
export interface DrillBench {
  store: StoreWorkbench;
  sql(statements: string): string;
  /** Files of the live server, stopped meanwhile. */
  whileStopped(change: (data: string) => void): void;
  backup(id: string, change?: Partial<Manifest>): Promise<Manifest>;
  drill(environment?: NodeJS.ProcessEnv, until?: (log: string) => boolean): Promise<{ code: number | null; log: string }>;
  evidence(): Evidence[];
  log: LogBench;
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
      `-c listen_addresses='' -c unix_socket_directories='${folder}' -c fsync=off -c autovacuum=off -c wal_keep_size=1GB`,
      "start",
    );
  const stop = () => run("pg_ctl", "-D", data, "-w", "-m", "fast", "stop");
  start();
  const sql = (statements: string) => run("psql", "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statements).trim();
  execFileSync(join(postgresPrograms!, "createdb"), ["links"], { ...nobody, env: environment, cwd: folder });
  const store = await startStore();
  writeFileSync(join(folder, "signing-key"), seed);
  for (const [name, value] of Object.entries({ "access-key-id": "drill", "secret-access-key": "secret" })) writeFileSync(join(folder, name), value);
  const bucket = {
    ...{ BUCKET: testBucket, ENDPOINT: store.endpoint, REGION: "eu-central-1", PREFIX: prefix },
    ...{ READER_ACCESS_KEY_DIRECTORY: folder, WRITER_ACCESS_KEY_DIRECTORY: folder },
  };

  return {
    store,
    sql,
    log: logBench({ store, sql, folder, data, environment: { ...environment, ...bucket, SCRATCH: folder } }),
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
          ...bucket,
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

interface LogBenchPlaces extends Pick<DrillBench, "store" | "sql"> {
  folder: string;
  /** Files of the live server. */
  data: string;
  environment: NodeJS.ProcessEnv;
}

function logBench({ store, sql, folder, data, environment }: LogBenchPlaces): LogBench {
  const stored = new Map<string, Date>();
  const server = sql("SELECT system_identifier FROM pg_control_system()");
  const key = (name: string) => serverFolder(prefix, "links", server) + name;
  const settings = { writer: store.store(), reader: store.store(), prefix, database: "links" };
  const archiveWhole = async () => {
    const writing = parseSegment(sql("SELECT pg_walfile_name(pg_current_wal_insert_lsn())"))!.number;
    const whole = readdirSync(join(data, "pg_wal")).filter((name) => (parseSegment(name)?.number ?? writing) < writing && !stored.has(name));
    for (const name of whole.sort()) {
      await archiveFile(settings, server, join(data, "pg_wal"), name);
      stored.set(name, new Date());
    }
    return whole;
  };
  writeFileSync(join(folder, "password"), "none is asked for");
  store.fault = listLog({ store, log: { stored, key } });
  return {
    stored,
    key,
    clear: () => stored.clear(),
    archive: () => {
      sql("SELECT pg_switch_wal()");
      return archiveWhole();
    },
    base: async () => {
      const program = join(import.meta.dirname, "..", "base", "main.ts");
      const child = spawn(process.execPath, [program], { ...nobody, cwd: folder, env: { ...environment, PASSWORD_FILE: join(folder, "password") } });
      let said = "";
      const listen = (text: Buffer) => {
        said += text;
      };
      for (const stream of [child.stdout, child.stderr]) stream.on("data", listen);
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
      while (child.exitCode === null) {
        await archiveWhole();
        await Promise.race([ended, sleep(100)]);
      }
      if ((await ended) !== 0) throw new Error(said);
    },
    replace: async (name, change) => {
      const content = readFileSync(join(data, "pg_wal", name));
      change(content);
      const path = join(folder, name);
      writeFileSync(path, content);
      store.objects.set(key(name), (await packFile(path, { database: "links", systemIdentifier: server, name })).stored);
    },
  };
}

/** Answers a listing of the log with the times at which it was stored, which the store of the tests does not keep. */
export function listLog({ store, log: { stored, key } }: Pick<DrillBench, "store"> & { log: Pick<LogBench, "stored" | "key"> }): StoreWorkbench["fault"] {
  return (request, response, asked) => {
    const prefix = new URL(request.url!, store.endpoint).searchParams.get("prefix");
    if (asked !== "" || prefix !== key("")) return false;
    const entry = ([name, at]: [string, Date]) => `<Contents><Key>${key(name)}</Key><LastModified>${at.toISOString()}</LastModified><Size>1</Size></Contents>`;
    response.end(`<ListBucketResult>${[...stored].map(entry).join("")}</ListBucketResult>`);
    return true;
  };
}

const countsSql = `SELECT json_agg(json_build_object('schema', schemaname, 'name', tablename, 'rows',
  (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I.%I', schemaname, tablename), false, true, '')))[1]::text::int))
  FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`;
