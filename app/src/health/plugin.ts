import type { FastifyInstance, FastifyReply } from "fastify";
import type { Metrics } from "../metrics/metrics.ts";
import type { Database } from "../postgres/database.ts";
import { databaseVersion, requiredVersion } from "../schema/version.ts";
import { createReadiness } from "./readiness.ts";

export interface HealthOptions {
  database: Database;
  metrics: Metrics;
  /** Whether the process is on its way out. */
  draining: () => boolean;
}

const answer = (reply: FastifyReply, healthy: boolean, body: object) =>
  reply.code(healthy ? 200 : 503).send({ status: healthy ? "ok" : "unavailable", ...body });

/** Three probes with three meanings: restart me, send me traffic, I have started. */
export async function health(app: FastifyInstance, { database, metrics, draining }: HealthOptions) {
  const { dependencyUp, ready, schemaVersion } = metrics.instruments;
  const readiness = createReadiness(database, (up) => dependencyUp.set({ dependency: "postgres" }, up ? 1 : 0));
  const required = requiredVersion();
  let started = false;

  // Touches nothing: a restart mends a process that hangs, and no dependency of it.
  app.get("/health/live", async (_, reply) => answer(reply, true, {}));

  // Postgres is required; Redis is not: without it the service is slower, without its pods it is gone.
  app.get("/health/ready", async (_, reply) => {
    const state = draining() ? { ready: false, reason: "draining" } : await readiness();
    ready.set(state.ready ? 1 : 0);
    return answer(reply, state.ready, { reason: state.reason });
  });

  app.get("/health/startup", async (_, reply) => {
    if (started) return answer(reply, true, {});
    try {
      const version = await databaseVersion(database);
      schemaVersion.set(version);
      // Newer is fine: migrations keep the version before theirs working, or no rollout and no rollback could be without a gap.
      started = version >= required;
      return answer(reply, started, { schemaVersion: version, requiredVersion: required });
    } catch (error) {
      return answer(reply, false, { reason: (error as Error).message });
    }
  });
}
