import type { Instruments } from "../metrics/instruments.ts";
import { outsideTraces } from "./context.ts";
import type { Span } from "./span.ts";

/** Sends a batch. A code other than zero says that it was not taken. */
export interface SpanExporter {
  export(spans: Span[], done: (result: { code: number; error?: Error }) => void): void;
}

export interface SpanQueueOptions {
  exporter: SpanExporter;
  instruments: Pick<Instruments, "spansExported" | "spansDropped">;
  /** Told when export begins to fail, with the reason, and when it works again, without. */
  report: (reason?: string) => void;
  /** Most spans that wait. More are dropped: a collector that is away must not cost memory. */
  capacity?: number;
  batchSize?: number;
  /** Longest that a span waits for its batch to fill. */
  delayMilliseconds?: number;
  /** Longest wait for the collector's answer to a batch. */
  timeoutMilliseconds?: number;
}

export interface SpanQueue {
  add(span: Span): void;
  /** Exports what waits, for at most so long; what is left then is dropped. Gives how many those were. */
  close(deadlineMilliseconds: number): Promise<number>;
}

type Outcome = { exported: true } | { exported: false; reason: "failed" | "timeout"; message: string };

/**
 * Holds ended spans and exports them in batches, one at a time. Nobody ever waits for it: a span that finds the queue full is
 * dropped, a batch that is not taken is dropped, and both are counted. (The SDK's processor tells nobody how many it lost.)
 */
export function createSpanQueue({ exporter, instruments, report, ...options }: SpanQueueOptions): SpanQueue {
  const { capacity = 2_048, batchSize = 512, delayMilliseconds = 2_000, timeoutMilliseconds = 5_000 } = options;
  const { spansExported, spansDropped } = instruments;
  for (const reason of ["queue-full", "failed", "timeout", "shutdown"]) spansDropped.inc({ reason }, 0);
  let waiting: Span[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let inFlight = 0;
  let failing = false;
  let closed = false;
  let abandoned = false;

  async function sendBatch(): Promise<void> {
    const batch = waiting.slice(0, batchSize);
    waiting = waiting.slice(batchSize);
    inFlight = batch.length;
    const outcome = await exportWithin(exporter, batch, timeoutMilliseconds);
    inFlight = 0;
    if (abandoned) return;
    if (outcome.exported) spansExported.inc(batch.length);
    else spansDropped.inc({ reason: outcome.reason }, batch.length);
    if (failing === outcome.exported) {
      failing = !outcome.exported;
      report(outcome.exported ? undefined : outcome.message);
    }
  }

  const send = outsideTraces(() => {
    clearTimeout(timer);
    timer = undefined;
    running = sendBatch().finally(() => {
      running = undefined;
      if (!closed) schedule();
    });
  });

  function schedule(): void {
    if (running) return;
    if (waiting.length >= batchSize) send();
    else if (waiting.length > 0) timer ??= setTimeout(send, delayMilliseconds).unref();
  }

  return {
    add(span) {
      if (closed || waiting.length >= capacity) {
        spansDropped.inc({ reason: closed ? "shutdown" : "queue-full" });
        return;
      }
      waiting.push(span);
      schedule();
    },
    async close(deadlineMilliseconds) {
      closed = true;
      clearTimeout(timer);
      const drained = (async () => {
        await running;
        while (waiting.length > 0) await sendBatch();
      })();
      let end: NodeJS.Timeout | undefined;
      const deadline = new Promise<void>((resolve) => {
        end = setTimeout(resolve, deadlineMilliseconds);
      });
      await Promise.race([drained, deadline]);
      clearTimeout(end);
      abandoned = true;
      const lost = waiting.length + inFlight;
      waiting = [];
      if (lost > 0) spansDropped.inc({ reason: "shutdown" }, lost);
      return lost;
    },
  };
}

/** Exports a batch. The exporter has a time-out of its own, but one of silence: an answer that dribbles in would hold the queue for ever. */
function exportWithin(exporter: SpanExporter, batch: Span[], milliseconds: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ exported: false, reason: "timeout", message: `no answer within ${milliseconds} ms` }), milliseconds).unref();
    exporter.export(batch, ({ code, error }) => {
      clearTimeout(timer);
      const message = error?.message ?? "not taken";
      resolve(code === 0 ? { exported: true } : { exported: false, reason: /timed out/i.test(message) ? "timeout" : "failed", message });
    });
  });
}
