import type { Redis } from "ioredis";
import type { Logger } from "pino";
import { type Circuit, type CircuitInstruments, createCircuit } from "../circuit/circuit.ts";
import type { RedisSettings } from "../config/bindings.ts";
import { clientSpan } from "../tracing/client-span.ts";
import { createRedis } from "./client.ts";

/** A Redis and the circuit that guards it. */
export interface GuardedRedis {
  client: Redis;
  circuit: Circuit;
  /** Runs a command by the circuit. Its name is what a trace shows; keys and values are not. */
  run<T>(command: string, call: () => Promise<T>): Promise<T>;
  close(): void;
}

/** Longest wait for one command. A Redis beside us answers in under 1 ms; 40 leaves room for a pause of its own. */
const timeoutMilliseconds = 40;

/** An answer that is an error speaks of the request; silence, a closed connection or a full or loading server is an outage. */
const isOutage = (error: Error) => error.name !== "ReplyError" || /^(LOADING|BUSY|OOM|MISCONF|READONLY|NOAUTH|MASTERDOWN)/.test(error.message);

export function createGuardedRedis(name: string, settings: RedisSettings, instruments: CircuitInstruments, log: Logger): GuardedRedis {
  const client = createRedis(name, settings, log);
  const circuit = createCircuit({
    name,
    // One: a hanging server costs its time-out once, not once for each of several strikes.
    failures: 1,
    isOutage,
    timeoutMilliseconds,
    probe: () => client.ping(),
    instruments,
  });
  const attributes = { "db.system.name": "redis", "server.address": settings.host, "server.port": settings.port };
  return {
    client,
    circuit,
    run: (command, call) =>
      clientSpan(
        command,
        () => ({ ...attributes, "db.operation.name": command }),
        () => circuit.run(call),
      ),
    close() {
      circuit.stop();
      client.disconnect();
    },
  };
}
