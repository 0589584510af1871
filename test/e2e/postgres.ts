import type { CommandOptions } from "./command.ts";
import { kubectl } from "./kubernetes.ts";

/** A shell's words that make clients of Postgres its superuser, in the server's own pod: there the password stays. */
export const asSuperuser = 'export PGPASSWORD="$(cat "$POSTGRES_PASSWORD_FILE")" PGHOST=127.0.0.1 PGUSER=postgres PGDATABASE=links';

/** Runs a shell's script beside the server as its superuser; the words are its $0, $1 and so on. */
export function besidePostgres(namespace: string, script: string, words: readonly string[] = [], options: CommandOptions = {}): Promise<string> {
  return kubectl(["--namespace", namespace, "exec", "--stdin", "postgres-0", "--", "sh", "-c", `${asSuperuser}\n${script}`, ...words], options);
}

/** What statements give as the superuser, a row a line. */
export async function sql(namespace: string, statements: string, database = "links"): Promise<string> {
  const psql = 'exec psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --dbname="$0"';
  return (await besidePostgres(namespace, psql, [database], { input: statements })).trim();
}
