import { createServer } from "node:http";

// Preloaded into a process that is measured (`node --import`): tells the CPU that it has used, all threads together, in microseconds.
// On a port of its own, so that asking runs nothing of the process itself.
createServer((_, response) => {
  const { user, system } = process.cpuUsage();
  response.end(`${user + system}`);
})
  .listen(Number(process.env.CPU_PORT), "127.0.0.1")
  .unref();
