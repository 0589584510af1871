import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { PostgresSettings } from "../src/config/bindings.ts";
import { freePort } from "./free-port.ts";

export interface ServerProcess {
  child: ChildProcess;
  port: number;
  internalPort: number;
  /** Everything it has written so far. */
  output: () => string;
  /** Its exit code, once it has ended. */
  exit: Promise<number | null>;
}

/** Starts `node src/server.ts` as a container would, and waits until it is ready. */
export async function serverProcess(postgres: PostgresSettings, variables: Record<string, string> = {}): Promise<ServerProcess> {
  const [port, internalPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [fileURLToPath(new URL("../src/server.ts", import.meta.url))], {
    env: {
      HOST: "127.0.0.1",
      PORT: `${port}`,
      INTERNAL_PORT: `${internalPort}`,
      POSTGRES_HOST: postgres.host,
      POSTGRES_PORT: `${postgres.port}`,
      POSTGRES_DATABASE: postgres.database,
      POSTGRES_USERNAME: postgres.user,
      POSTGRES_PASSWORD: postgres.password!(),
      RATE_LIMITS: "create=100000/60,read=100000/60,redirect=100000/60",
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (chunk) => (output += chunk));
  const exit = once(child, "exit").then(([code]) => code as number | null);
  for (let attempt = 0; ; attempt++) {
    const ready = await fetch(`http://127.0.0.1:${internalPort}/health/ready`).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (ready) return { child, port, internalPort, output: () => output, exit };
    if (child.exitCode !== null || attempt > 150) {
      child.kill("SIGKILL");
      throw new Error(`the server did not get ready: ${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
