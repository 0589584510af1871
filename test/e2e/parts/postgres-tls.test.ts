import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changes } from "../engine.ts";
import { eventually, get, kubectl, list } from "../kubernetes.ts";
import { thisStack } from "../this-stack.ts";
import { TestDatabase } from "./postgres-cluster/database.ts";

const stack = thisStack();
const database = new TestDatabase(stack, "single", {});
const { namespace } = database;

describe("Postgres as one server", () => {
  beforeAll(async () => {
    await database.create();
    await database.ask("OWNER", "CREATE TABLE proof (number bigint PRIMARY KEY)");
  });
  afterAll(() => database.remove());

  test("a second update changes nothing", async () => {
    expect(changes((await database.up()).text)).toEqual({ unchanged: expect.any(Number) });
  });

  test("takes no plain connection, and is taken for the database on the authority's word alone", async () => {
    expect(await database.ask("POSTGRES", "SELECT 1", "{ ssl: false }")).toMatch(/pg_hba.conf rejects connection .* no encryption/);
    expect(await database.ask("POSTGRES", "SELECT 1", "{ ssl: {} }")).toMatch(/self-signed certificate|unable to (verify|get)/);
    expect(await database.ask("POSTGRES", "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")).toEqual([{ version: "TLSv1.3" }]);
  });

  test("a renewed certificate is taken up under load, without a failed write", async () => {
    const revision = async () => (await get(namespace, "certificate", "postgres-server")).status.revision;
    const [before, shown] = [await revision(), await database.shown()];
    const writing = database.write(150);
    // As its end draws near cert-manager does the same by itself.
    await kubectl(["--namespace", namespace, "delete", "secret", "postgres-tls"]);
    await eventually("the certificate is renewed", 30, async () => (await revision()) > before);
    const issued = (await get(namespace, "secret", "postgres-tls")).data["tls.crt"];
    await eventually("the kubelet has brought it into the pod", 120, async () => {
      const file = await kubectl(["--namespace", namespace, "exec", "postgres-0", "--", "cat", "/run/secrets/certificate/tls.crt"]);
      return Buffer.from(file).toString("base64") === issued;
    });
    await kubectl(["--namespace", namespace, "create", "job", "reload-now", "--from=cronjob/postgres-reload"]);
    await kubectl(["--namespace", namespace, "wait", "--for=condition=Complete", "job/reload-now", "--timeout=60s"], { patience: 70 });
    await eventually("the new certificate is shown", 20, async () => (await database.shown()) !== shown);
    const written = await writing;
    stack.note("postgres: certificate renewed under load", `${written.acknowledged.length} writes, ${written.failures} failed`);
    expect(written.failures).toBe(0);
    const [server] = await list(namespace, "pods", "--selector=app.kubernetes.io/name=postgres");
    expect(server.status.containerStatuses[0].restartCount).toBe(0);
  });

  test("another generation starts empty, with every login, and the one before is still there", async () => {
    const rows = "SELECT count(*)::int AS rows FROM proof";
    const before = await database.ask("OWNER", rows);
    await database.up({ generation: 2 });
    expect(await database.ask("OWNER", rows)).toMatch(/relation "proof" does not exist/);
    expect(await database.ask("POSTGRES", "SELECT session_user AS name")).toEqual([{ name: "proof_app_a" }]);
    await database.up({ generation: 1 });
    expect(await database.ask("OWNER", rows)).toEqual(before);
  });
});
