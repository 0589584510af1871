import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import plugin from "fastify-plugin";
import { allowedMethods } from "./allowed-methods.ts";
import { problemFrom } from "./fastify-errors.ts";
import { Problem, problemBody, problemContentType } from "./problem.ts";

/** Answers with a problem document. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, { status, message, options }: Problem) {
  return reply
    .code(status)
    .headers(options.headers ?? {})
    .type(problemContentType)
    .serializer(JSON.stringify)
    .send(problemBody(status, message, options, request.id));
}

/** Every error of the service as RFC 9457 problem document. */
export const problems = plugin(async (app: FastifyInstance) => {
  const methodsOf = allowedMethods(app);

  app.setErrorHandler((error, request, reply) => {
    const problem = problemFrom(error);
    if (problem) return sendProblem(request, reply, problem);
    // The message stays in the log: it may name tables, hosts or values that are no caller's business.
    app.log.error({ requestId: request.id, err: error }, "unexpected error");
    return sendProblem(request, reply, new Problem(500, "Something unexpected happened. Quote the instance when you report it."));
  });

  app.decorate("notFound", (request: FastifyRequest, reply: FastifyReply) => {
    const methods = methodsOf(request.url.split("?", 1)[0]!);
    return sendProblem(
      request,
      reply,
      methods.length > 0 && !methods.includes(request.method)
        ? new Problem(405, `${request.method} is not possible here; ${methods.join(", ")} are.`, { headers: { allow: methods.join(", ") } })
        : new Problem(404, "Nothing is here."),
    );
  });
});

declare module "fastify" {
  interface FastifyInstance {
    notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply;
  }
}
