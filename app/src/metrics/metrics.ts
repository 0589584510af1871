import { performance } from "node:perf_hooks";
import { collectDefaultMetrics, Registry } from "prom-client";
import { createInstruments, type Instruments } from "./instruments.ts";
import { type MetricsContentType, openMetrics, openMetricsText, plainText } from "./openmetrics.ts";

/** What a process measures, and the text it shows to Prometheus. */
export interface Metrics {
  readonly registry: Registry;
  readonly instruments: Instruments;
  /** Runs before each scrape, for what is cheaper to read than to follow. */
  beforeScrape(refresh: () => void): void;
  text(format?: MetricsContentType): Promise<string>;
}

/** A text is served for this long: two Prometheus servers and a curious person cost one collection. */
const textAgeMilliseconds = 1_000;

export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  // The default precision of 10 ms keeps an idle process busy with timers (prom-client#523).
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });
  const instruments = createInstruments(registry, version);
  const refreshes: (() => void)[] = [];
  const texts = new Map<MetricsContentType, { text: Promise<string>; collected: number }>();

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
    text(format = plainText) {
      const last = texts.get(format);
      if (last && performance.now() - last.collected < textAgeMilliseconds) return last.text;
      for (const refresh of refreshes) refresh();
      const text = format === openMetrics ? openMetricsText(registry) : registry.metrics();
      texts.set(format, { text, collected: performance.now() });
      return text;
    },
  };
}
