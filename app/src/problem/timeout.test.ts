import fastify from "fastify";
import { expect, test } from "vitest";
import { problems } from "./plugin.ts";

test("an answer that hangs is given up as 503, to be tried again", async () => {
  const app = fastify({ handlerTimeout: 50 });
  await app.register(problems);
  app.get("/hangs", () => new Promise(() => {}));
  const response = await app.inject("/hangs");
  expect(response.statusCode).toBe(503);
  expect(response.headers).toMatchObject({ "retry-after": "2", "content-type": expect.stringMatching(/^application\/problem\+json/) });
});
