import { load } from "./load.ts";

// Sends a turn's requests from a process of its own, whose time is nobody's to measure. Tells the status codes with their counts.
process.on("message", async ({ port, path, count }: { port: number; path: string; count: number }) => {
  process.send!(await load(port, path, count));
});
