import type { FastifyInstance } from "fastify";

/** Says which methods a path has, so that a wrong method can be told from a wrong path. */
export function allowedMethods(app: FastifyInstance): (path: string) => string[] {
  const routes: { shape: RegExp; methods: string[] }[] = [];
  app.addHook("onRoute", ({ url, method }) => {
    const source = url.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(/:[A-Za-z]+/g, "[^/]+");
    routes.push({ shape: new RegExp(`^${source}$`), methods: [method].flat() });
  });
  return (path) => [...new Set(routes.filter(({ shape }) => shape.test(path)).flatMap(({ methods }) => methods))].sort();
}
