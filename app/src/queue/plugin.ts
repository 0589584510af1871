import type { FastifyInstance } from "fastify";
import plugin from "fastify-plugin";
import { createJobSender, type JobSender } from "./sender.ts";

declare module "fastify" {
  interface FastifyInstance {
    /** Left out where no worker would do the jobs. */
    jobs?: JobSender;
  }
}

/** Lets the service hand work to the worker. */
export const jobs = plugin(async (app: FastifyInstance, { enabled }: { enabled: boolean }) => {
  if (!enabled) return;
  const sender = createJobSender(app.database, app.log as never);
  app.decorate("jobs", sender);
  app.addHook("onClose", () => sender.close());
});
