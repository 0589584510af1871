import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LocalPostgres, localPostgres, superuser } from "../../local/postgres.ts";
import { migratedDatabase, silent, testConfig, testService } from "../../local/service.ts";
import type { PostgresSettings } from "../config/bindings.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { createDatabase } from "./database.ts";

let server: LocalPostgres;
let settings: PostgresSettings;
const folder = mkdtempSync(join(tmpdir(), "links-server-tls-"));
const at = (file: string) => join(folder, file);
const openssl = (...words: string[]) => execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });

/** A self-signed authority, and a server's certificate for one name. */
function issue(authority: string, host: string) {
  openssl(
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    "-subj",
    `/CN=${authority}`,
    "-keyout",
    `${authority}.key`,
    "-out",
    `${authority}.crt`,
  );
  openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=server", "-keyout", `${authority}-server.key`, "-out", "server.csr");
  writeFileSync(at("names"), `subjectAltName=DNS:${host}\n`);
  const signer = ["-CA", `${authority}.crt`, "-CAkey", `${authority}.key`, "-CAcreateserial"];
  openssl("x509", "-req", "-in", "server.csr", ...signer, "-days", "2", "-extfile", "names", "-out", `${authority}-server.crt`);
}

/** Has the server show the certificate of an authority, as its reload does after a renewal. */
async function show(authority: string) {
  const client = new pg.Client({ ...superuser, host: "127.0.0.1", port: server.port, database: "postgres" });
  await client.connect();
  const { data_directory: data } = (await client.query("SHOW data_directory")).rows[0];
  const { uid, gid } = statSync(data);
  for (const kind of ["crt", "key"]) {
    const file = join(data, `server.${kind}`);
    writeFileSync(file, readFileSync(at(`${authority}-server.${kind}`)), { mode: 0o600 });
    chownSync(file, uid, gid);
  }
  await client.query("ALTER SYSTEM SET ssl = on");
  await client.query("SELECT pg_reload_conf()");
  await client.end();
  // The postmaster reads its files when the signal reaches it.
  await new Promise((resolve) => setTimeout(resolve, 300));
}

beforeAll(async () => {
  issue("right", "localhost");
  issue("wrong", "localhost");
  issue("elsewhere", "postgres.example.org");
  server = await localPostgres();
  settings = { ...(await migratedDatabase(server)), host: "localhost" };
  await show("right");
});
afterAll(async () => {
  await server?.remove();
  rmSync(folder, { recursive: true });
});

const trusting = (authority: string): PostgresSettings => ({ ...settings, ssl: { ca: readFileSync(at(`${authority}.crt`), "utf8") } });

async function encryptionOf(database: PostgresSettings) {
  const connection = createDatabase(database, createMetrics("test"), silent.logger);
  try {
    const { rows } = await connection.execute("tls", "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    return rows[0]?.version;
  } finally {
    await connection.close();
  }
}

it("speaks TLS to the server that its authority signed for", async () => {
  expect(await encryptionOf(trusting("right"))).toBe("TLSv1.3");
});

it("takes no other server for the database: not one of another authority, not one of another name", async () => {
  await expect(encryptionOf(trusting("wrong"))).rejects.toMatchObject({ status: 503 });
  await show("elsewhere");
  await expect(encryptionOf(trusting("elsewhere"))).rejects.toMatchObject({ status: 503 });
  await show("right");
});

it("answers 503 while the server's certificate is wrong, and serves again, without a restart, when it is right", async () => {
  await show("wrong");
  const service = await testService(testConfig(trusting("right")));
  try {
    expect((await service.ask("GET", "/v1/links")).status).toBe(503);
    await show("right");
    await expect.poll(async () => (await service.ask("GET", "/v1/links")).status, { timeout: 20_000 }).toBe(200);
  } finally {
    await service.stop();
  }
});
