import type { Redis } from "ioredis";
import type { Logger } from "pino";
import { type Circuit, createCircuit } from "../circuit/circuit.ts";
import type { RedisSettings } from "../config/bindings.ts";
import type { Instruments } from "../metrics/instruments.ts";
import { createRedis } from "./client.ts";

/** A Redis and the circuit that guards it. */
export interface GuardedRedis {
  client: Redis;
  circuit: Circuit;
  close(): void;
}

/** Longest wait for one command. A Redis beside us answers in under 1 ms; 40 leaves room for a pause of its own. */
const timeoutMilliseconds = 40;

/** An answer that is an error speaks of the request; silence, a closed connection or a full or loading server is an outage. */
const isOutage = (error: Error) => error.name !== "ReplyError" || /^(LOADING|BUSY|OOM|MISCONF|READONLY|NOAUTH|MASTERDOWN)/.test(error.message);

export function createGuardedRedis(
  name: string,
  settings: RedisSettings,
  { circuitBreakerState }: Pick<Instruments, "circuitBreakerState">,
  log: Logger,
): GuardedRedis {
  const client = createRedis(name, settings, log);
  const circuit = createCircuit({
    name,
    // One: a hanging server costs its time-out once, not once for each of several strikes.
    failures: 1,
    isOutage,
    timeoutMilliseconds,
    probe: () => client.ping(),
    state: circuitBreakerState,
  });
  return {
    client,
    circuit,
    close() {
      circuit.stop();
      client.disconnect();
    },
  };
}
