import { setImmediate as tick } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { listen } from "./monitor.ts";
import type { PlannedResource } from "./resource.ts";

export interface SynthOptions {
  /** Name of the project. Defaults to `slipway`. */
  project?: string;
  /** Name of the stack. Defaults to `dev`. */
  stack?: string;
  /** Config as the engine hands it over: full keys such as `slipway:web`, structures as JSON. Defaults to none. */
  config?: Record<string, string>;
  /** Keys of the config that are set with --secret. */
  secretKeys?: string[];
  /** Values that must show nowhere, such as what `secretKeys` hold. */
  secrets?: string[];
  /**
   * Whether errors carry their stack. Defaults to true. Pulumi notes a stack for every promise it makes, a third of a plan's time and 20 MB,
   * and only a mistake of the program itself ever shows one.
   */
  traces?: boolean;
}

/**
 * Runs a Pulumi program without engine, provider and network, and returns every resource it makes, sorted by URN. Rejects with
 * what the program throws, wherever it does.
 *
 * Pulumi's mocks are global to the process: run one at a time.
 */
export async function synth(program: () => unknown, options: SynthOptions = {}): Promise<PlannedResource[]> {
  const { project = "slipway", stack = "dev", config = {}, secretKeys = [], secrets = [], traces = true } = options;
  const heard = await listen(project, stack, secrets);
  pulumi.runtime.setAllConfig(config, secretKeys);
  const failures: unknown[] = [];
  const release = collectRejections(failures);
  const { stackTraceLimit } = Error;
  if (!traces) Error.stackTraceLimit = 0;
  try {
    await pulumi.runtime.runInPulumiStack(async () => {
      try {
        return await program();
      } catch (error) {
        // Passed on to Pulumi it would be reported a second time, as a rejection that nobody handles.
        failures.push(error);
        return {};
      }
    });
    await drain(heard.count);
  } finally {
    release();
    Error.stackTraceLimit = stackTraceLimit;
    pulumi.runtime.setAllConfig({}, []);
  }
  if (failures.length > 0) throw failures[0];
  return heard.resources();
}

/** Waits until nothing new appears: what is made inside an `apply` comes late, and may make more. */
async function drain(count: () => number): Promise<void> {
  for (let quiet = 0, before = -1; quiet < 3; ) {
    await pulumi.runtime.disconnect();
    await tick();
    quiet = count() === before ? quiet + 1 : 0;
    before = count();
  }
}

/** An error inside an `apply` reaches nobody but the process, which would end with a stack trace. */
function collectRejections(failures: unknown[]): () => void {
  const others = process.listeners("unhandledRejection");
  const collect = (reason: unknown) => void failures.push(reason);
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", collect);
  return () => {
    process.off("unhandledRejection", collect);
    for (const listener of others) process.on("unhandledRejection", listener);
  };
}
