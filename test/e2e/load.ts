import type { Answer } from "./http.ts";

/** One kind of request of a loop. It throws, or gives an answer whose status is among the expected. */
export interface Step {
  name: string;
  expected: readonly number[];
  ask(): Promise<Answer>;
}

export interface Load {
  steps: readonly Step[];
  /** Requests at once. */
  workers: number;
  /** Milliseconds that a worker waits between two requests. */
  pause: number;
  /** Bounds of the loop, whatever it runs beside: tests must not become an attack. */
  atMost: { requests: number; seconds: number };
}

export interface Failure {
  /** Seconds since the loop's start. */
  at: number;
  step: string;
  why: string;
}

export interface Report {
  requests: number;
  failures: Failure[];
  /** Longest time in seconds in which no request succeeded, counted from the first failure to the next success. */
  longestOutage: number;
  p50: number;
  p99: number;
  slowest: number;
  requestsPerSecond: number;
}

/** Runs a request loop for as long as the work lasts, within the loop's bounds, and reports on every request. */
export async function under<T>(load: Load, work: () => Promise<T>): Promise<{ result: T; report: Report }> {
  const started = performance.now();
  const since = () => (performance.now() - started) / 1000;
  const [failures, times, marks]: [Failure[], number[], { at: number; good: boolean }[]] = [[], [], []];
  let [sent, over] = [0, false];

  const worker = async (first: number) => {
    for (let turn = first; !over && sent < load.atMost.requests && since() < load.atMost.seconds; turn++) {
      const step = load.steps[turn % load.steps.length]!;
      sent++;
      const before = performance.now();
      const why = await step.ask().then(
        ({ status, body }) => (step.expected.includes(status) ? undefined : `status ${status}: ${body.slice(0, 200)}`),
        (error: Error) => error.message,
      );
      times.push(performance.now() - before);
      marks.push({ at: since(), good: why === undefined });
      if (why !== undefined) failures.push({ at: Math.round(since() * 10) / 10, step: step.name, why });
      await new Promise((resolve) => setTimeout(resolve, load.pause));
    }
  };
  const workers = Promise.all(Array.from({ length: load.workers }, (_, index) => worker(index)));
  try {
    const result = await work();
    over = true;
    await workers;
    const sorted = times.toSorted((a, b) => a - b);
    const percentile = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
    const requestsPerSecond = Math.round(sent / since());
    return {
      result,
      report: {
        requests: sent,
        failures,
        longestOutage: longestOutage(marks),
        p50: percentile(0.5),
        p99: percentile(0.99),
        slowest: percentile(1),
        requestsPerSecond,
      },
    };
  } finally {
    over = true;
    await workers;
  }
}

/** Work that only takes time, for a loop that is the point itself. */
export function seconds(count: number): () => Promise<void> {
  return () => new Promise((resolve) => setTimeout(resolve, count * 1000));
}

function longestOutage(marks: { at: number; good: boolean }[]): number {
  let [longest, since]: [number, number | undefined] = [0, undefined];
  for (const { at, good } of marks) {
    if (good) since = undefined;
    else {
      since ??= at;
      longest = Math.max(longest, at - since);
    }
  }
  return Math.round(longest * 10) / 10;
}

/** The first failures, for a message that a reader can act on. */
export function describe(report: Report): string {
  const { requests, failures, p50, p99, slowest } = report;
  const lines = failures.slice(0, 10).map(({ at, step, why }) => `  ${at.toFixed(1)} s  ${step}: ${why}`);
  return [`${failures.length} of ${requests} requests failed; p50 ${p50} ms, p99 ${p99} ms, slowest ${slowest} ms`, ...lines].join("\n");
}
