import { performance } from "node:perf_hooks";
import { collectDefaultMetrics, Registry } from "prom-client";
import { createInstruments, type Instruments } from "./instruments.ts";

/** What a process measures, and the text it shows to Prometheus. */
export interface Metrics {
  readonly registry: Registry;
  readonly instruments: Instruments;
  /** Runs before each scrape, for what is cheaper to read than to follow. */
  beforeScrape(refresh: () => void): void;
  text(): Promise<string>;
}

/** A text is served for this long: two Prometheus servers and a curious person cost one collection. */
const textAgeMilliseconds = 1_000;

export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  // The default precision of 10 ms keeps an idle process busy with timers (prom-client#523).
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });
  const instruments = createInstruments(registry, version);
  const refreshes: (() => void)[] = [];
  let text: Promise<string> | undefined;
  let collected = 0;

  let lastUtilization = performance.eventLoopUtilization();
  refreshes.push(() => {
    const now = performance.eventLoopUtilization();
    instruments.eventLoopUtilization.set(performance.eventLoopUtilization(now, lastUtilization).utilization);
    lastUtilization = now;
  });

  return {
    registry,
    instruments,
    beforeScrape: (refresh) => void refreshes.push(refresh),
    text() {
      if (text && performance.now() - collected < textAgeMilliseconds) return text;
      for (const refresh of refreshes) refresh();
      collected = performance.now();
      text = registry.metrics();
      return text;
    },
  };
}
