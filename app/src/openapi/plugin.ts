import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import plugin from "fastify-plugin";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";

/** The OpenAPI 3.1 document, made from the schemas that requests are checked by, at /openapi.json. Register it before the routes. */
export const openapi = plugin(async (app: FastifyInstance, { version, publicUrl }: { version: string; publicUrl?: string }) => {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "links",
        version,
        description:
          "Short links. Every error is an RFC 9457 problem document. Answers of limited routes bear RateLimit-Policy and RateLimit " +
          "(draft-ietf-httpapi-ratelimit-headers-11), and X-RateLimit-*, whose reset is in seconds to go.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: publicUrl ? [{ url: publicUrl }] : [],
      tags: [
        { name: "links", description: "Make and manage links." },
        { name: "redirect", description: "Follow them." },
      ],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  let document: string | undefined;
  app.get("/openapi.json", { config: { tier: "read" }, schema: { hide: true } }, async (_, reply) => {
    document ??= JSON.stringify(app.swagger());
    return reply.type("application/json; charset=utf-8").send(document);
  });
});
