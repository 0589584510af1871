import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalPostgres, localPostgres, superuser } from "../../../app/local/postgres.ts";
import { slotName } from "../backup-tools/wal/server.ts";
import { roleNames, rolesSql } from "./roles.ts";

let server: LocalPostgres;
beforeAll(async () => {
  server = await localPostgres();
});
afterAll(() => server?.remove());

interface Login {
  user: string;
  password: string;
}
const password = "of-a-role";

async function as<T>(login: Login, database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...login, host: "127.0.0.1", port: server.port, database });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Runs a script as psql would: of its own commands these are the ones that the script has. */
async function psql(login: Login, script: string): Promise<void> {
  let database = "postgres";
  let statements: string[] = [];
  const flush = async () => {
    await as(login, database, async (client) => {
      for (const statement of statements) {
        if (!statement.endsWith("\\gexec")) await client.query(statement.replaceAll(":'password'", `'${password}'`));
        else for (const row of (await client.query({ text: statement.replace("\\gexec", ""), rowMode: "array" })).rows) await client.query(row[0]);
      }
    });
    statements = [];
  };
  for (const line of script.split("\n").filter((text) => text !== "" && !text.startsWith("\\set"))) {
    const [, next] = /^\\connect (\S+)$/.exec(line) ?? [];
    if (next === undefined) statements.push(line);
    else {
      await flush();
      database = next;
    }
  }
  await flush();
}

/** What a cloud gives instead of a superuser. */
async function firstRoleOfCloud(name: string): Promise<Login> {
  await as(superuser, "postgres", async (client) => {
    await client.query(`CREATE ROLE ${name} LOGIN CREATEDB CREATEROLE PASSWORD '${password}'`);
    await client.query(`GRANT pg_monitor, pg_read_all_data, pg_signal_backend TO ${name} WITH ADMIN OPTION`);
  });
  return { user: name, password };
}

const runners = [
  ["a superuser", "own", true],
  ["the first role of a cloud, which is none", "rented", false],
] as const;

describe.each(runners)("set by %s", (_, database, isSuperuser) => {
  const role = roleNames(database);
  const login = (user: string) => ({ user, password });
  const say = (user: string, statement: string) =>
    as(login(user), database, async (client) => (await client.query(statement)).rows).catch(({ message }: Error) => message);

  beforeAll(async () => {
    const runner = isSuperuser ? superuser : await firstRoleOfCloud("cloud_admin");
    const script = rolesSql(database, { superuser: isSuperuser });
    await psql(runner, script);
    // After a rotation, and after a restore, it runs again.
    await psql(runner, script);
    await say(role.owner, "CREATE TABLE links (id int PRIMARY KEY)");
  });

  test("the application works on rows, and changes no schema, by either of its logins", async () => {
    for (const user of [role.appA, role.appB]) {
      expect(await say(user, "INSERT INTO links SELECT max(id) + 1 FROM links HAVING max(id) IS NOT NULL")).toEqual([]);
      expect(await say(user, "DROP TABLE links")).toMatch(/must be owner/);
      expect(await say(user, "CREATE TABLE other (id int)")).toMatch(/permission denied for schema public/);
    }
  });

  test("readers read all and write nothing", async () => {
    for (const user of [role.reader, role.backup]) {
      expect(await say(user, "SELECT count(*)::int FROM links")).toEqual([{ count: 0 }]);
      expect(await say(user, "INSERT INTO links VALUES (1)")).toMatch(/read-only transaction|permission denied/);
    }
    expect(await say(role.reader, "BEGIN READ WRITE; INSERT INTO links VALUES (1)")).toMatch(/permission denied for table/);
  });

  test("the exporter sees how the server is, and no row", async () => {
    expect(await say(role.exporter, "SELECT count(*) > 0 AS seen FROM pg_stat_activity")).toEqual([{ seen: true }]);
    expect(await say(role.exporter, "SELECT * FROM links")).toMatch(/permission denied/);
  });

  test("nobody else's database is open to them, and theirs to nobody else", async () => {
    await as(superuser, "postgres", (client) => client.query(`CREATE ROLE stranger_of_${database} LOGIN PASSWORD '${password}'`));
    expect(await say(`stranger_of_${database}`, "SELECT 1")).toMatch(/permission denied for database/);
  });

  test("a restore makes a database for the owner", async () => {
    expect(await say(role.restore, `CREATE DATABASE ${database}_restored OWNER ${role.owner}`)).toEqual([]);
  });

  test.runIf(isSuperuser)("a certificate is taken up by a login that can do nothing else", async () => {
    const reload = (statement: string) => as(login(role.reload), "postgres", async (client) => (await client.query(statement)).rows);
    expect(await reload("SELECT pg_reload_conf() AS done")).toEqual([{ done: true }]);
    await expect(reload("SELECT pg_read_file('/etc/passwd')")).rejects.toThrow(/permission denied/);
  });
});

test("an archive that is taken away leaves no slot that would fill the volume, and no login", async () => {
  const { archive, owner } = roleNames("kept");
  const set = (archived: boolean) => psql(superuser, rolesSql("kept", { superuser: true, archived }));
  const left = () =>
    as(superuser, "postgres", async (client) => {
      const rows = await client.query("SELECT slot_name::text AS name FROM pg_replication_slots UNION SELECT rolname FROM pg_roles WHERE rolname = $1", [
        archive,
      ]);
      return rows.rows.map(({ name }) => name).sort();
    });
  await set(true);
  await as({ user: owner, password }, "kept", (client) => client.query("CREATE TABLE links (id int PRIMARY KEY)"));
  // An archive that is still up, and the slot that it made.
  const archiving = new pg.Client({ user: archive, password, host: "127.0.0.1", port: server.port, database: "kept" });
  const ended = new Promise<Error>((resolve) => archiving.on("error", resolve));
  await archiving.connect();
  await archiving.query("SELECT pg_create_physical_replication_slot($1, true)", [slotName]);
  expect(await left()).toEqual([archive, slotName]);
  await set(false);
  expect((await ended).message).toMatch(/administrator command/);
  expect(await left()).toEqual([]);
  // Where none ever was, nothing happens.
  await set(false);
});
