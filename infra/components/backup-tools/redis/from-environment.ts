import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type RedisAddress, RedisConnection, RedisError } from "./connection.ts";

/** A Redis as a program is told of it. */
export interface RedisSettings extends RedisAddress {
  /** Name under which its backups lie. */
  database: string;
  username: string;
  passwordFile: string;
}

/** Reads DATABASE, REDIS_HOST, REDIS_PORT, REDIS_USERNAME, REDIS_TLS and PASSWORD_FILE; every one that is missing at once. */
export function redisSettings(environment: NodeJS.ProcessEnv): RedisSettings {
  const {
    DATABASE: database,
    REDIS_HOST: host,
    REDIS_PORT: port = "6379",
    REDIS_USERNAME: username,
    REDIS_TLS: tls,
    PASSWORD_FILE: passwordFile,
  } = environment;
  const missing = Object.entries({ DATABASE: database, REDIS_HOST: host, REDIS_USERNAME: username, PASSWORD_FILE: passwordFile }).filter(([, value]) => !value);
  if (missing.length > 0) throw new Error(`${missing.map(([name]) => name).join(", ")} not set; give the settings of a Redis' binding`);
  return { database: database!, host: host!, port: Number(port), username: username!, tls: tls === "true", passwordFile: passwordFile! };
}

/** Time for a new pod's network policy to be in force, and for a server that restarts. */
const patienceSeconds = 30;

/** Connects and logs in. Waits for a server that is not there yet or still loads; a login that is refused is final. */
export async function openRedis(settings: RedisSettings, seconds = patienceSeconds): Promise<RedisConnection> {
  const { host, port, username, passwordFile } = settings;
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    let reason: string;
    try {
      const password = readFileSync(passwordFile, "utf8").replace(/\n$/, "");
      const connection = await RedisConnection.open(settings, { username, password });
      await connection.command("PING");
      return connection;
    } catch (error) {
      reason = (error as Error).message || (error as NodeJS.ErrnoException).code || "no reason given";
      if (error instanceof RedisError && !["LOADING", "MASTERDOWN", "BUSY", "MISCONF"].includes(error.code)) {
        throw new Error(`Redis at ${host}:${port} does not let ${username} in: ${reason}; give the password that belongs to this user`);
      }
    }
    if (Date.now() > deadline) throw new Error(`no answer from Redis at ${host}:${port} for ${seconds} s: ${reason}; look whether it is up and ready`);
    await sleep(500);
  }
}
