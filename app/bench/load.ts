import { Agent, request } from "node:http";

/** Sends requests over 50 connections that are kept alive, and gives the status codes with their counts. */
export async function load(port: number, path: string, count: number): Promise<Record<number, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  const statuses: Record<number, number> = {};
  let left = count;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port, path, agent }, (response) => {
        statuses[response.statusCode!] = (statuses[response.statusCode!] ?? 0) + 1;
        response.resume().on("end", resolve);
      });
      sent.on("error", reject).end();
    });
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      while (left-- > 0) await one();
    }),
  );
  agent.destroy();
  return statuses;
}

export const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
