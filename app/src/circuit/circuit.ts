import { type CircuitBreakerPolicy, CircuitState, ConsecutiveBreaker, circuitBreaker, ExponentialBackoff, handleWhen } from "cockatiel";
import type { Gauge } from "prom-client";
import { CallTimeout, withTimeout } from "./timeout.ts";

/** A dependency that is known to be away: refused at once, without a look at it. */
export class CircuitOpen extends Error {
  constructor(name: string) {
    super(`${name} is away; it is probed in the background.`);
    this.name = "CircuitOpen";
  }
}

export interface CircuitOptions {
  name: string;
  /** Failures in a row that open the circuit. */
  failures: number;
  /** Whether an error speaks of the dependency's absence, and not of the request. */
  isOutage: (error: Error) => boolean;
  /** A call without an answer after so many milliseconds is given up, and is an outage. Left out where the client sees to it. */
  timeoutMilliseconds?: number;
  /** The cheapest question the dependency answers; runs in the background while the circuit is open. */
  probe: () => Promise<unknown>;
  state: Gauge<"name">;
}

export interface Circuit {
  readonly open: boolean;
  run<T>(call: () => Promise<T>): Promise<T>;
  /** Ends the probes. */
  stop(): void;
}

const gaugeValues: Partial<Record<CircuitState, number>> = { [CircuitState.Closed]: 0, [CircuitState.HalfOpen]: 1, [CircuitState.Open]: 2 };

/** First wait before a probe, in milliseconds, and the longest; between them doubled, and jittered so that replicas don't probe in step. */
const backoff = { initialDelay: 200, maxDelay: 5_000 };

/**
 * A circuit breaker whose probes are its own. With a plain breaker the half-open probe is some caller's request, so a server that
 * hangs costs a time-out again and again, and callers beyond the probe wait for it. Here only the failures that open the circuit
 * are paid by requests; after that each is refused within microseconds until a background probe was answered.
 */
export function createCircuit({ name, failures, isOutage, timeoutMilliseconds, probe, state }: CircuitOptions): Circuit {
  const policy: CircuitBreakerPolicy = circuitBreaker(
    handleWhen((error) => error instanceof CallTimeout || isOutage(error as Error)),
    {
      breaker: new ConsecutiveBreaker(failures),
      halfOpenAfter: new ExponentialBackoff(backoff),
    },
  );
  // Made once: an Error costs a stack trace, and during an outage every request would pay for one.
  const refusal = new CircuitOpen(name);
  const timed = <T>(call: () => Promise<T>) => (timeoutMilliseconds === undefined ? call : () => withTimeout(call(), timeoutMilliseconds));
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  state.set({ name }, 0);
  policy.onStateChange((next) => state.set({ name }, gaugeValues[next] ?? 2));
  policy.onBreak(() => schedule());

  function schedule() {
    if (stopped) return;
    clearTimeout(timer);
    // The policy refuses probes that come before its own back-off has passed; asking often is cheap, and the answer is what counts.
    timer = setTimeout(() => {
      policy.execute(timed(probe)).then(
        () => policy.state !== CircuitState.Closed && schedule(),
        () => schedule(),
      );
    }, 50).unref();
  }

  return {
    get open() {
      return policy.state !== CircuitState.Closed;
    },
    run: (call) => (policy.state === CircuitState.Closed ? policy.execute(timed(call)) : Promise.reject(refusal)),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
