import type { FastifyInstance } from "fastify";
import plugin from "fastify-plugin";
import type { PostgresSettings } from "../config/bindings.ts";
import { createDatabase, type Database } from "./database.ts";

declare module "fastify" {
  interface FastifyInstance {
    database: Database;
  }
}

/** Connects to the database when the first query needs it, so that the process starts and tells its state also while it is away. */
export const postgres = plugin(async (app: FastifyInstance, { settings }: { settings: PostgresSettings }) => {
  const database = createDatabase(settings, app.metrics, app.log as never);
  app.decorate("database", database);
  app.addHook("onClose", () => database.close());
});
