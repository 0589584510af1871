import { setTimeout as sleep } from "node:timers/promises";
import { type Logger, pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Collector, localCollector } from "../../local/collector.ts";
import type { TracingSettings } from "../config/tracing.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { clientSpan } from "./client-span.ts";
import { currentTrace, inTrace, traceHeaders } from "./context.ts";
import { kinds } from "./span.ts";
import { createTracing } from "./tracing.ts";

// Counts what is made, and makes it all the same.
const made = vi.hoisted(() => ({ spans: 0 }));
vi.mock("./span.ts", async (original) => {
  const module = await original<typeof import("./span.ts")>();
  class CountedSpan extends module.Span {
    constructor(...all: ConstructorParameters<typeof module.Span>) {
      super(...all);
      made.spans++;
    }
    override child(...all: Parameters<typeof module.Span.prototype.child>) {
      made.spans++;
      return super.child(...all);
    }
  }
  return { ...module, Span: CountedSpan };
});

let collector: Collector;
beforeEach(async () => {
  made.spans = 0;
  collector = await localCollector();
});
afterEach(() => collector.close());

const tracing = (settings: Partial<TracingSettings> = {}, log: Pick<Logger, "info" | "warn"> = pino({ level: "silent" })) =>
  createTracing(
    { disabled: false, endpoint: collector.endpoint, sampleRatio: 1, serviceName: "links", ...settings },
    { instruments: createMetrics("test").instruments, version: "7", log },
  );
const describeJob = () => ({ name: "job", attributes: {} });
const caller = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const sent = (flags: string) => ({ traceparent: `00-${caller.traceId}-${caller.spanId}-${flags}` });

describe("tracing", () => {
  it("follows its caller's decision, whatever its own ratio", async () => {
    const [all, none] = [await tracing({ sampleRatio: 1 }), await tracing({ sampleRatio: 0 })];
    for (const { begin } of [all, none]) {
      expect(begin(sent("01"), kinds.server, describeJob)).toMatchObject({ traceId: caller.traceId, sampled: true, span: expect.anything() });
      expect(begin(sent("00"), kinds.server, describeJob)).toMatchObject({ traceId: caller.traceId, sampled: false, span: undefined });
    }
    expect(all.begin({}, kinds.server, describeJob).sampled).toBe(true);
    expect(none.begin({}, kinds.server, describeJob).sampled).toBe(false);
    // A caller that makes no sense is none.
    expect(none.begin({ traceparent: sent("01").traceparent.toUpperCase(), tracestate: "a=1" }, kinds.server, describeJob)).toMatchObject({
      sampled: false,
      tracestate: undefined,
      traceId: expect.not.stringContaining(caller.traceId),
    });
  });

  it("makes no span for what is not sampled, nor below it", async () => {
    const { run } = await tracing({ sampleRatio: 0 });
    await run(undefined, describeJob, () =>
      clientSpan(
        "query",
        () => ({}),
        async () => expect(currentTrace()?.traceId).toMatch(/^[0-9a-f]{32}$/),
      ),
    );
    expect(made.spans).toBe(0);
  });

  it("makes none without an endpoint either, and hands the caller's decision on", async () => {
    const { run } = await tracing({ endpoint: undefined });
    await run({ ...sent("01"), tracestate: "vendor=x" }, describeJob, async () => {
      await clientSpan(
        "query",
        () => ({}),
        async () => {},
      );
      expect(traceHeaders()).toEqual({ traceparent: `00-${caller.traceId}-${currentTrace()!.spanId}-01`, tracestate: "vendor=x" });
      expect(currentTrace()!.spanId).not.toBe(caller.spanId);
    });
    await run(undefined, describeJob, async () => expect(traceHeaders()!.traceparent).toMatch(/-00$/));
    expect(made.spans).toBe(0);
  });

  it("tells the collector whose child a job is, what failed below it, and never in whose words", async () => {
    const { run, close } = await tracing();
    const failing = async () => Promise.reject(Object.assign(new Error("duplicate key (secret)"), { code: "23505" }));
    await run({ ...sent("01"), tracestate: "vendor=x" }, describeJob, () => clientSpan("links_insert", () => ({}), failing)).catch(() => {});
    expect(made.spans).toBe(2);
    await close();
    const [query, job] = collector.spans;
    expect(job).toMatchObject({ traceId: caller.traceId, parentSpanId: caller.spanId, traceState: "vendor=x", kind: 5, status: { code: 2 } });
    expect(query).toMatchObject({ traceId: caller.traceId, parentSpanId: job!.spanId, kind: 3, status: { code: 2 }, attributes: { "error.type": "23505" } });
    expect(BigInt(query!.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(job!.startTimeUnixNano));
    expect(BigInt(query!.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(job!.endTimeUnixNano));
    expect(JSON.stringify(collector.spans)).not.toContain("secret");
    expect(collector.resource).toMatchObject({ "service.name": "links", "service.version": "7" });
  });

  it("sends what waits after the delay that it was given", async () => {
    const { run } = await tracing({ exportDelayMilliseconds: 20 });
    await run(undefined, describeJob, async () => {});
    await expect.poll(() => collector.spans.length, { timeout: 1_000 }).toBe(1);
  });

  it("tells of a collector that is away in nobody's name", async () => {
    const named: unknown[] = [];
    const told = () => void named.push(currentTrace());
    collector.behavior = "refuses";
    const { run } = await tracing({ exportDelayMilliseconds: 20 }, { info: told, warn: told });
    await run(undefined, describeJob, async () =>
      clientSpan(
        "query",
        () => ({}),
        async () => {},
      ),
    );
    await expect.poll(() => named).toEqual([undefined]);
  });

  it("leaves the context of its caller as it was", async () => {
    const { begin } = await tracing();
    const [outer, inner] = [begin(undefined, kinds.server, describeJob), begin(undefined, kinds.server, describeJob)];
    inTrace(outer, () => {
      expect(inTrace(inner, currentTrace)).toBe(inner);
      expect(currentTrace()).toBe(outer);
      expect(() =>
        inTrace(inner, () => {
          throw new Error("of the work");
        }),
      ).toThrow("of the work");
      expect(currentTrace()).toBe(outer);
    });
    expect(currentTrace()).toBe(undefined);
  });

  it("records nothing below a span that has ended", async () => {
    const { begin } = await tracing();
    const trace = begin(undefined, kinds.server, describeJob);
    trace.span!.end();
    made.spans = 0;
    await inTrace(trace, () =>
      clientSpan(
        "late",
        () => ({}),
        async () => {},
      ),
    );
    expect(made.spans).toBe(0);
  });

  it("keeps traces that run at the same time apart", async () => {
    const { run } = await tracing({ endpoint: undefined });
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const traceId = (index + 1).toString(16).padStart(32, "0");
        await run({ traceparent: `00-${traceId}-${caller.spanId}-00` }, describeJob, async () => {
          for (let step = 0; step < 5; step++) {
            await sleep(Math.random() * 4);
            expect(currentTrace()?.traceId).toBe(traceId);
          }
        });
      }),
    );
    expect(currentTrace()).toBe(undefined);
  });
});
