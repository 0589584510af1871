import { z } from "zod";
import type { Cidr } from "../client-address/cidr.ts";
import type { Tier } from "../limiter/tiers.ts";
import { type PostgresSettings, postgresFrom, type RedisSettings, readVariables, redisFrom } from "./bindings.ts";
import { ConfigurationError, type Mistake } from "./mistakes.ts";
import { type TracingSettings, tracingFrom } from "./tracing.ts";
import { cidrList, flag, portNumber, tierList, webAddress, wholeNumber } from "./variables.ts";

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

export const processSchema = z.object({
  HOST: z.string().default("0.0.0.0"),
  PORT: portNumber.default(8080),
  INTERNAL_PORT: portNumber.default(9090),
  LOG_LEVEL: z.enum(logLevels, { error: (issue) => `${JSON.stringify(issue.input)} is no log level; give one of ${logLevels.join(", ")}.` }).default("info"),
  PUBLIC_URL: webAddress.optional(),
  TRUSTED_PROXY_CIDRS: cidrList.default([]),
  REQUEST_TIMEOUT_SECONDS: wholeNumber("number of seconds", 1, 3600).default(15),
  SHUTDOWN_SECONDS: wholeNumber("number of seconds", 1, 3600).default(20),
  DRAIN_DELAY_SECONDS: wholeNumber("number of seconds", 0, 300).default(0),
  RATE_LIMITS: tierList.prefault("create=30/60,read=300/60,redirect=3000/60"),
  RATE_LIMIT_REPLICAS: wholeNumber("number of replicas", 1, 10_000).default(1),
  LINK_STATISTICS: flag.default(false),
  WEBSOCKET_CONNECTIONS_MAX: wholeNumber("number of connections", 1, 100_000).default(1_000),
  APP_VERSION: z.string().default("unknown"),
});

/** Everything that the process may be told. */
export interface Config {
  /** Address to listen on, for both ports. */
  host: string;
  /** Port of the public API. */
  port: number;
  /** Port of health and metrics, which no ingress may reach. */
  internalPort: number;
  logLevel: (typeof logLevels)[number];
  /** Origin of short links. Without it they are built from the address listened on. */
  publicUrl?: string;
  /** Peers whose X-Forwarded-For is believed. Empty: nobody's, and the peer itself is the client. */
  trustedProxies: Cidr[];
  /** Longest, in seconds, that a request may take to come in or to be answered; below the shutdown, so that a drain cuts none off. */
  requestTimeoutSeconds: number;
  /** Longest wait, in seconds, for requests in flight after the stop signal. */
  shutdownSeconds: number;
  /** Seconds to serve on after the stop signal, for load balancers that learn late. 0 where a preStop hook already waited. */
  drainDelaySeconds: number;
  tiers: Tier[];
  /** How many processes share each quota when the store is away and each must decide alone. */
  replicas: number;
  /** Whether hits are handed to a worker for statistics by day. Without a worker the jobs would only pile up. */
  statistics: boolean;
  /** WebSocket connections above which this process refuses more. Each costs about 60 KB, and a share of every update. */
  webSocketConnectionsMax: number;
  version: string;
  postgres: PostgresSettings;
  redisCache?: RedisSettings;
  redisState?: RedisSettings;
  tracing: TracingSettings;
}

/** Reads the configuration, or throws a ConfigurationError that names every mistake at once. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const mistakes: Mistake[] = [];
  const read = readVariables(processSchema, environment, mistakes);
  const postgres = postgresFrom(environment, mistakes);
  const redisCache = redisFrom(environment, "REDIS_CACHE", mistakes);
  const redisState = redisFrom(environment, "REDIS_STATE", mistakes);
  const tracing = tracingFrom(environment, mistakes);
  if (read && read.PORT === read.INTERNAL_PORT)
    mistakes.push({ variable: "INTERNAL_PORT", text: `${read.INTERNAL_PORT} is also PORT; health and metrics need a port of their own.` });
  if (read && read.REQUEST_TIMEOUT_SECONDS >= read.SHUTDOWN_SECONDS)
    mistakes.push({
      variable: "REQUEST_TIMEOUT_SECONDS",
      text: `${read.REQUEST_TIMEOUT_SECONDS} does not fit into SHUTDOWN_SECONDS ${read.SHUTDOWN_SECONDS}; a request cut off in a release has failed. Lower it, or raise SHUTDOWN_SECONDS.`,
    });
  if (mistakes.length > 0 || !read || !postgres || !tracing) throw new ConfigurationError(mistakes);
  return {
    host: read.HOST,
    port: read.PORT,
    internalPort: read.INTERNAL_PORT,
    logLevel: read.LOG_LEVEL,
    publicUrl: read.PUBLIC_URL,
    trustedProxies: read.TRUSTED_PROXY_CIDRS,
    requestTimeoutSeconds: read.REQUEST_TIMEOUT_SECONDS,
    shutdownSeconds: read.SHUTDOWN_SECONDS,
    drainDelaySeconds: read.DRAIN_DELAY_SECONDS,
    tiers: read.RATE_LIMITS,
    replicas: read.RATE_LIMIT_REPLICAS,
    statistics: read.LINK_STATISTICS,
    webSocketConnectionsMax: read.WEBSOCKET_CONNECTIONS_MAX,
    version: read.APP_VERSION,
    postgres,
    redisCache,
    redisState,
    tracing,
  };
}
