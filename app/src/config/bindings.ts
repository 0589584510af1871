import { z } from "zod";
import type { Mistake } from "./mistakes.ts";
import { type Password, passwordFrom } from "./sources.ts";
import { type ServerTrust, serverTrustFrom } from "./tls.ts";
import { portNumber, required, wholeNumber } from "./variables.ts";

/** Where a Redis is and who we are there. */
export interface RedisSettings {
  host: string;
  port: number;
  username?: string;
  password?: Password;
  /** Whether the server asks for TLS, as a managed one does. Its certificate and name are verified by the authorities that Node trusts. */
  tls?: boolean;
}

/** Where the database is and who we are there. */
export interface PostgresSettings {
  host: string;
  port: number;
  database: string;
  user: string;
  password?: Password;
  /** By whom the server is known. Undefined: the connection is not encrypted, as on a developer's own machine. */
  ssl?: ServerTrust;
  /** Most connections of this process. The server's max_connections must hold replicas x this, migrations and exporters. */
  poolMax: number;
  /** A query that takes longer, in milliseconds and with its wait for a connection, is logged. */
  slowQueryMilliseconds: number;
}

const postgresSchema = z.object({
  POSTGRES_HOST: required("the host name of the Postgres server"),
  POSTGRES_PORT: portNumber.default(5432),
  POSTGRES_DATABASE: required("the name of the database"),
  POSTGRES_USERNAME: required("the role to log in as"),
  POSTGRES_POOL_MAX: wholeNumber("number of connections", 1, 100).default(10),
  // A query by key takes one or two: hundreds mean a missing index, a lock or a full pool.
  POSTGRES_SLOW_QUERY_MILLISECONDS: wholeNumber("number of milliseconds", 1, 60_000).default(300),
});

/** Reads the variables `POSTGRES_*`; what is wrong with them is added to `mistakes`. */
export function postgresFrom(environment: NodeJS.ProcessEnv, mistakes: Mistake[]): PostgresSettings | undefined {
  const password = passwordFrom(environment, "POSTGRES_PASSWORD", mistakes);
  const ssl = serverTrustFrom(environment, "POSTGRES", mistakes);
  const read = readVariables(postgresSchema, environment, mistakes);
  return (
    read && {
      host: read.POSTGRES_HOST,
      port: read.POSTGRES_PORT,
      database: read.POSTGRES_DATABASE,
      user: read.POSTGRES_USERNAME,
      password,
      ssl,
      poolMax: read.POSTGRES_POOL_MAX,
      slowQueryMilliseconds: read.POSTGRES_SLOW_QUERY_MILLISECONDS,
    }
  );
}

/** Reads the variables of one Redis, such as `REDIS_CACHE_*`; undefined when none is set, since the service can do without. */
export function redisFrom(environment: NodeJS.ProcessEnv, prefix: "REDIS_CACHE" | "REDIS_STATE", mistakes: Mistake[]): RedisSettings | undefined {
  if (!Object.keys(environment).some((name) => name.startsWith(`${prefix}_`))) return undefined;
  const password = passwordFrom(environment, `${prefix}_PASSWORD`, mistakes);
  const schema = z.object({
    [`${prefix}_HOST`]: required("the host name of the Redis server, or unset every variable of this Redis to run without it"),
    [`${prefix}_PORT`]: portNumber.default(6379),
    [`${prefix}_USERNAME`]: z.string().optional(),
    [`${prefix}_TLS`]: z.enum(["true", "false"], { error: ({ input }) => `${JSON.stringify(input)} says neither yes nor no; give true or false.` }).optional(),
  });
  const read = readVariables(schema, environment, mistakes) as Record<string, string & number> | undefined;
  const tls = environment[`${prefix}_TLS`] === "true";
  return read && { host: read[`${prefix}_HOST`]!, port: read[`${prefix}_PORT`]!, username: read[`${prefix}_USERNAME`], password, tls };
}

/** Parses the environment by a schema whose keys are variables' names. An empty variable counts as unset, as in most shells' scripts. */
export function readVariables<S extends z.ZodType>(schema: S, environment: NodeJS.ProcessEnv, mistakes: Mistake[]): z.output<S> | undefined {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  mistakes.push(...result.error.issues.map((issue) => ({ variable: issue.path.join("."), text: issue.message })));
  return undefined;
}
