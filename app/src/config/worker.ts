import type { WorkerConfig } from "../queue/start.ts";
import { postgresFrom, readVariables } from "./bindings.ts";
import { type Config, processSchema } from "./config.ts";
import { ConfigurationError, type Mistake } from "./mistakes.ts";
import { tracingFrom } from "./tracing.ts";

const workerSchema = processSchema.pick({ HOST: true, INTERNAL_PORT: true, LOG_LEVEL: true, SHUTDOWN_SECONDS: true, APP_VERSION: true });

/** Reads what the worker may be told: the same variables as the service, without those of requests. */
export function readWorkerConfig(environment: NodeJS.ProcessEnv): WorkerConfig & Pick<Config, "logLevel"> {
  const mistakes: Mistake[] = [];
  const read = readVariables(workerSchema, environment, mistakes);
  const postgres = postgresFrom(environment, mistakes);
  const tracing = tracingFrom(environment, mistakes);
  if (mistakes.length > 0 || !read || !postgres || !tracing) throw new ConfigurationError(mistakes);
  return {
    host: read.HOST,
    internalPort: read.INTERNAL_PORT,
    logLevel: read.LOG_LEVEL,
    shutdownSeconds: read.SHUTDOWN_SECONDS,
    version: read.APP_VERSION,
    postgres,
    tracing,
  };
}
