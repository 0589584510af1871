import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createMetrics } from "../metrics/metrics.ts";
import type { Span } from "./span.ts";
import { createSpanQueue, type SpanExporter, type SpanQueueOptions } from "./span-queue.ts";

const span = {} as Span;

function queued(send: SpanExporter["export"], options: Partial<SpanQueueOptions> = {}) {
  const { instruments } = createMetrics("test");
  const told: (string | undefined)[] = [];
  const queue = createSpanQueue({ exporter: { export: send }, instruments, report: (reason) => told.push(reason), ...options });
  const fill = (count: number) => {
    for (let index = 0; index < count; index++) queue.add(span);
  };
  const counted = async () => {
    const dropped = (await instruments.spansDropped.get()).values.filter(({ value }) => value > 0);
    return {
      exported: (await instruments.spansExported.get()).values[0]!.value,
      ...Object.fromEntries(dropped.map(({ labels, value }) => [labels.reason, value])),
    };
  };
  return { queue, fill, counted, told, instruments };
}

describe("queue of spans", () => {
  it("sends full batches at once and one at a time, and the rest after a delay", async () => {
    const batches: number[] = [];
    let running = 0;
    const { fill, counted } = queued(
      async (spans, done) => {
        expect(++running).toBe(1);
        await sleep(5);
        running--;
        batches.push(spans.length);
        done({ code: 0 });
      },
      { delayMilliseconds: 50 },
    );
    fill(1_200);
    await expect.poll(counted).toEqual({ exported: 1_200 });
    expect(batches).toEqual([512, 512, 176]);
  });

  it("holds no more than its capacity while the collector hangs, and counts what it drops", async () => {
    let held = 0;
    const { fill, counted, told } = queued(
      (spans) => {
        held += spans.length;
      },
      { timeoutMilliseconds: 50 },
    );
    fill(10_000);
    expect(held).toBe(512);
    expect(await counted()).toEqual({ exported: 0, "queue-full": 10_000 - 2_048 - 512 });
    await expect.poll(counted).toMatchObject({ timeout: 2_560 });
    expect(told).toEqual(["no answer within 50 ms"]);
  });

  it("tells an outage once, and its end", async () => {
    let up = false;
    const { fill, counted, told } = queued((_, done) => setImmediate(done, up ? { code: 0 } : { code: 1, error: new Error("connect ECONNREFUSED") }), {
      batchSize: 10,
    });
    fill(30);
    await expect.poll(counted).toEqual({ exported: 0, failed: 30 });
    up = true;
    fill(20);
    await expect.poll(counted).toEqual({ exported: 20, failed: 30 });
    expect(told).toEqual(["connect ECONNREFUSED", undefined]);
  });

  it("sends at its end what waits, and takes nothing after", async () => {
    const { queue, fill, counted } = queued((_, done) => setImmediate(done, { code: 0 }));
    fill(700);
    expect(await queue.close(1_000)).toBe(0);
    fill(1);
    expect(await counted()).toEqual({ exported: 700, shutdown: 1 });
  });

  it("waits at its end no longer than it may, and counts what is lost, the batch under way included", async () => {
    const { queue, fill, counted } = queued(() => {});
    fill(700);
    const start = performance.now();
    expect(await queue.close(100)).toBe(700);
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(await counted()).toEqual({ exported: 0, shutdown: 700 });
  });

  it("shows every reason from the first scrape on, so that the first drop is an increase", async () => {
    const { instruments } = queued(() => {});
    const { values } = await instruments.spansDropped.get();
    expect(values.map(({ labels, value }) => [labels.reason, value])).toEqual([
      ["queue-full", 0],
      ["failed", 0],
      ["timeout", 0],
      ["shutdown", 0],
    ]);
  });
});
