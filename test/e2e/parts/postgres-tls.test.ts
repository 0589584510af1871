import { describe, expect, test } from "vitest";
import { runJob } from "../jobs.ts";
import { eventually, get, kubectl, list } from "../kubernetes.ts";
import { thisStack } from "../this-stack.ts";
import { TestDatabase } from "./postgres-cluster/database.ts";
import { everyMode } from "./postgres-cluster/every-mode.ts";

const stack = thisStack();
const database = new TestDatabase(stack, "single", {});
const { namespace } = database;

describe("Postgres as one server", () => {
  everyMode(database, (seconds) => stack.note("postgres: one server from nothing", seconds));

  test("a renewed certificate is taken up under load, without a failed write", async () => {
    const revision = async () => (await get(namespace, "certificate", "postgres-server")).status.revision;
    const [before, shown] = [await revision(), await database.shown()];
    const written = await database.writeDuring(async () => {
      // As its end draws near cert-manager does the same by itself.
      await kubectl(["--namespace", namespace, "delete", "secret", "postgres-tls"]);
      await eventually("the certificate is renewed", 30, async () => (await revision()) > before);
      const issued = (await get(namespace, "secret", "postgres-tls")).data["tls.crt"];
      await eventually("the kubelet has brought it into the pod", 120, async () => {
        const file = await kubectl(["--namespace", namespace, "exec", "postgres-0", "--", "cat", "/run/secrets/certificate/tls.crt"]);
        return Buffer.from(file).toString("base64") === issued;
      });
      await runJob(namespace, "reload-now", "postgres-reload");
      await eventually("the new certificate is shown", 20, async () => (await database.shown()) !== shown);
    });
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
