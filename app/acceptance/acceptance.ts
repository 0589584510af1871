import { parseArgs } from "node:util";
import { checks } from "./checks.ts";
import { client, type Target } from "./client.ts";

/** The outcome of one check; without an error it held. */
export interface Outcome {
  name: string;
  error?: string;
}

/** Runs all checks against a service, one after another, and reports each as it ends. */
export async function accept(target: Target, report: (outcome: Outcome) => void = () => {}): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, run } of checks(client(target))) {
    const error = await run().then(
      () => undefined,
      (reason: Error) => reason.message,
    );
    outcomes.push({ name, ...(error !== undefined && { error }) });
    report(outcomes.at(-1)!);
  }
  return outcomes;
}

const usage = "usage: node app/acceptance/acceptance.ts https://host [--resolve ip:port] [--insecure]";

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { resolve: { type: "string" }, insecure: { type: "boolean" } } });
  const origin = URL.parse(positionals[0] ?? "")?.origin;
  if (!origin || positionals.length !== 1) throw new TypeError("give the origin of one service");
  const outcomes = await accept({ origin, ...values }, ({ name, error }) =>
    console.log(error === undefined ? `ok      ${name}` : `FAILED  ${name}\n        ${error}`),
  );
  return outcomes.some(({ error }) => error !== undefined) ? 1 : 0;
}

if (import.meta.main) {
  process.exitCode = await main().catch((error: Error) => {
    console.error(`${error.message}\n${usage}`);
    return 2;
  });
}
