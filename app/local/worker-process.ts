import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { PostgresSettings } from "../src/config/bindings.ts";
import { freePort } from "./free-port.ts";

export interface WorkerProcess {
  child: ChildProcess;
  internalPort: number;
  output: () => string;
  exit: Promise<number | null>;
  /** A series of its metrics, by the beginning of its line; undefined while there is none. */
  metric(beginning: string): Promise<number | undefined>;
}

/** Starts `node src/worker.ts` as a container would, and waits until it is ready. */
export async function workerProcess(postgres: PostgresSettings, variables: Record<string, string> = {}): Promise<WorkerProcess> {
  const internalPort = await freePort();
  const child = spawn(process.execPath, [fileURLToPath(new URL("../src/worker.ts", import.meta.url))], {
    env: {
      HOST: "127.0.0.1",
      INTERNAL_PORT: `${internalPort}`,
      POSTGRES_HOST: postgres.host,
      POSTGRES_PORT: `${postgres.port}`,
      POSTGRES_DATABASE: postgres.database,
      POSTGRES_USERNAME: postgres.user,
      POSTGRES_PASSWORD: postgres.password!(),
      POSTGRES_POOL_MAX: "4",
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (chunk) => (output += chunk));
  const exit = once(child, "exit").then(([code]) => code as number | null);
  const ask = (path: string) => fetch(`http://127.0.0.1:${internalPort}${path}`);
  for (let attempt = 0; ; attempt++) {
    const ready = await ask("/health/ready").then(
      ({ status }) => status === 200,
      () => false,
    );
    if (ready) break;
    if (child.exitCode !== null || attempt > 150) {
      child.kill("SIGKILL");
      throw new Error(`the worker did not get ready: ${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    child,
    internalPort,
    output: () => output,
    exit,
    async metric(beginning) {
      const line = (await (await ask("/metrics")).text()).split("\n").find((text) => text.startsWith(`${beginning} `));
      return line === undefined ? undefined : Number(line.slice(beginning.length));
    },
  };
}
