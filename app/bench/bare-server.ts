import { fastify } from "fastify";

// The baseline: Fastify with one route that does nothing. Prints its port; /cpu tells the seconds of CPU it has used.
const app = fastify();
app.get("/hello", async () => "hello");
app.get("/cpu", async () => {
  const { user, system } = process.cpuUsage();
  return `${(user + system) / 1e6}`;
});
await app.listen({ host: "127.0.0.1", port: 0 });
process.send?.((app.server.address() as { port: number }).port);
