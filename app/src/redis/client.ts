import { AsyncLocalStorage } from "node:async_hooks";
import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "pino";
import type { RedisSettings } from "../config/bindings.ts";

/** Milliseconds after which a connection with an unanswered command is closed: its other end may be gone without a word. */
const socketTimeout = 5_000;

/**
 * Connects to a Redis that the service can do without: a command fails at once when there is no connection (no offline queue).
 * With ioredis' own defaults one look-up at a dead Redis takes 10 seconds. Use it through a circuit, which sees to a hanging one.
 */
export function createRedis(name: string, { host, port, username, password, tls }: RedisSettings, log: Logger): Redis {
  const options: RedisOptions = {
    host,
    port,
    username,
    password: password?.(),
    tls: tls ? { servername: host } : undefined,
    connectionName: "links",
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    socketTimeout,
    connectTimeout: 2_000,
    keepAlive: 30_000,
    // A connection that lost its login (the user was reloaded) or talks to a demoted primary is of no use.
    reconnectOnError: (error) => /^(NOAUTH|WRONGPASS|READONLY)/.test(error.message),
    retryStrategy(times) {
      try {
        client.options.password = password?.();
      } catch (error) {
        log.warn({ redis: name, reason: (error as Error).message }, "password file can't be read");
      }
      return Math.min(50 * 2 ** Math.min(times, 6), 2_000) * (0.5 + Math.random() / 2);
    },
  };
  const client = new Redis(options);
  let reported = "";
  // One line for an outage, not one for each attempt.
  const onError = (error: Error) => {
    if (error.message === reported) return;
    reported = error.message;
    log.warn({ redis: name, reason: error.message }, "redis is not reachable");
  };
  const onReady = () => {
    if (reported !== "") log.info({ redis: name }, "redis is reachable again");
    reported = "";
  };
  // Bound to no request: the connection is everybody's, and its lines would name the trace of whoever met the outage first.
  client.on("error", AsyncLocalStorage.bind(onError));
  client.on("ready", AsyncLocalStorage.bind(onReady));
  return client;
}
