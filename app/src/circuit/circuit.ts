import { type CircuitBreakerPolicy, CircuitState, ConsecutiveBreaker, circuitBreaker, ExponentialBackoff, handleWhen } from "cockatiel";
import type { Instruments } from "../metrics/instruments.ts";
import { CallTimeout, withTimeout } from "./timeout.ts";

/** A dependency that is known to be away: refused at once, without a look at it. */
export class CircuitOpen extends Error {
  constructor(name: string) {
    super(`${name} is away; it is probed in the background.`);
    this.name = "CircuitOpen";
  }
}

/** What a circuit is measured by. */
export type CircuitInstruments = Pick<Instruments, "circuitBreakerState" | "circuitBreakerCalls" | "circuitBreakerTransitions">;

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
  instruments: CircuitInstruments;
}

export interface Circuit {
  readonly open: boolean;
  run<T>(call: () => Promise<T>): Promise<T>;
  /** Ends the probes. */
  stop(): void;
}

/** States in metrics. Whatever else the policy may be in (isolated by hand) refuses calls, and so is open. */
const closed = { value: 0, label: "closed" };
const open = { value: 2, label: "open" };
const shownStates: Partial<Record<CircuitState, typeof open>> = { [CircuitState.Closed]: closed, [CircuitState.HalfOpen]: { value: 1, label: "half-open" } };

/** First wait before a probe, in milliseconds, and the longest; between them doubled, and jittered so that replicas don't probe in step. */
const backoff = { initialDelay: 200, maxDelay: 5_000 };

/**
 * A circuit breaker whose probes are its own. With a plain breaker the half-open probe is some caller's request, so a server that
 * hangs costs a time-out again and again, and callers beyond the probe wait for it. Here only the failures that open the circuit
 * are paid by requests; after that each is refused within microseconds until a background probe was answered.
 */
export function createCircuit({ name, failures, isOutage, timeoutMilliseconds, probe, instruments }: CircuitOptions): Circuit {
  const { circuitBreakerState, circuitBreakerCalls, circuitBreakerTransitions } = instruments;
  const failed = (error: Error) => error instanceof CallTimeout || isOutage(error);
  const policy: CircuitBreakerPolicy = circuitBreaker(
    handleWhen((error) => failed(error as Error)),
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
  circuitBreakerState.set({ name }, closed.value);
  // From the first scrape on, or the first outage after a start would be no increase.
  for (const outcome of ["success", "failure", "rejected"]) circuitBreakerCalls.inc({ name, outcome }, 0);
  for (const state of ["closed", "half-open", "open"]) circuitBreakerTransitions.inc({ name, state }, 0);
  policy.onStateChange((next) => {
    const { value, label } = shownStates[next] ?? open;
    circuitBreakerState.set({ name }, value);
    circuitBreakerTransitions.inc({ name, state: label });
  });
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
    // Probes are not counted: calls are what requests asked for.
    async run(call) {
      if (policy.state !== CircuitState.Closed) {
        circuitBreakerCalls.inc({ name, outcome: "rejected" });
        throw refusal;
      }
      try {
        const answer = await policy.execute(timed(call));
        circuitBreakerCalls.inc({ name, outcome: "success" });
        return answer;
      } catch (error) {
        // An answer that says no, such as a violated constraint, is an answer.
        circuitBreakerCalls.inc({ name, outcome: failed(error as Error) ? "failure" : "success" });
        throw error;
      }
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
