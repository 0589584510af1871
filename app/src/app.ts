import { type FastifyHttpOptions, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify, LogController, type RawServerDefault } from "fastify";
import plugin from "fastify-plugin";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Logger } from "pino";
import { clientAddress } from "./client-address/client-address.ts";
import type { Config } from "./config/config.ts";
import { limiter } from "./limiter/plugin.ts";
import { links } from "./links/plugin.ts";
import { live } from "./live/plugin.ts";
import { isLiveUpgrade } from "./live/upgrade.ts";
import { requestId } from "./log/request-id.ts";
import { requestLog } from "./log/request-log.ts";
import { httpMetrics } from "./metrics/http.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { openapi } from "./openapi/plugin.ts";
import { postgres } from "./postgres/plugin.ts";
import { answerClientError, answerUnknownExpectations } from "./problem/client-error.ts";
import { problemFrom } from "./problem/fastify-errors.ts";
import { problems, sendProblem } from "./problem/plugin.ts";
import { jobs } from "./queue/plugin.ts";
import { redis } from "./redis/plugin.ts";
import { tracing } from "./tracing/plugin.ts";

/** The public service: everything that is reachable through the ingress. */
export const service = plugin(async (app: FastifyInstance, { config, metrics }: { config: Config; metrics: Metrics }) => {
  const addressOf = clientAddress(config.trustedProxies);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(problems);
  await app.register(httpMetrics, { metrics });
  await app.register(tracing, { settings: config.tracing, version: config.version });
  await app.register(requestLog, { addressOf });
  await app.register(postgres, { settings: config.postgres });
  await app.register(redis, { config });
  // Closing goes backwards: spans go out after the last hit is written, and before the stores are left.
  app.addHook("onClose", async () => app.tracing?.close());
  await app.register(limiter, { config, addressOf });
  await app.register(openapi, { version: config.version, publicUrl: config.publicUrl });
  // Limited as well: looking for what isn't there is how a scan begins.
  app.setNotFoundHandler({ preHandler: (request: FastifyRequest, reply: FastifyReply) => app.limit("read", request, reply) }, app.notFound);
  await app.register(live, { config });
  await app.register(jobs, { enabled: config.statistics });
  await app.register(links, { publicUrl: config.publicUrl });
});

/** Largest body in bytes: the longest target, a slug and room for escapes. */
const bodyLimit = 16 * 1024;

/** How the public server treats connections. */
export const publicServerOptions: FastifyHttpOptions<RawServerDefault, Logger> = {
  bodyLimit,
  // Longer than the 60 s of common load balancers: who closes first must be the one who knows that no request is under way.
  keepAliveTimeout: 72_000,
  connectionTimeout: 120_000,
  logController: new LogController({ disableRequestLogging: true }),
  requestIdHeader: false,
  genReqId: requestId,
  // Draining is lifecycle's: Fastify's own 503 would fail requests that can still be served.
  return503OnClosing: false,
  clientErrorHandler: answerClientError,
  frameworkErrors: (error, request, reply) => sendProblem(request as never, reply as never, problemFrom(error)!),
  // Any other request with an Upgrade header, such as one for HTTP/2 in clear text, is answered as if it had none.
  http: { shouldUpgradeCallback: isLiveUpgrade },
  routerOptions: { maxParamLength: 1_000 },
};

export function createApp(config: Config, metrics: Metrics, logger: Logger): FastifyInstance {
  // A request that dribbles in, or whose answer hangs, holds its connection no longer than this.
  const timeout = config.requestTimeoutSeconds * 1000;
  const app = fastify({ ...publicServerOptions, requestTimeout: timeout, handlerTimeout: timeout, loggerInstance: logger }) as unknown as FastifyInstance;
  answerUnknownExpectations(app.server);
  app.register(service, { config, metrics });
  return app;
}
