import { z } from "zod";
import { readVariables } from "./bindings.ts";
import type { Mistake } from "./mistakes.ts";
import { flag, ratio, webBase, wholeNumber } from "./variables.ts";

/** What is traced, and where it goes. The variables are OpenTelemetry's own. */
export interface TracingSettings {
  /** Whether requests have no trace at all, not even ids in log lines. */
  disabled: boolean;
  /** Base address of an OTLP receiver that speaks HTTP. Undefined: nothing is recorded; ids still go to log lines and to jobs. */
  endpoint?: string;
  /** Share, 0 to 1, of the traces begun here that are recorded. A caller's decision is followed whatever it says. */
  sampleRatio: number;
  serviceName: string;
  /** Longest that a span waits for its batch to fill. Two seconds when left out. */
  exportDelayMilliseconds?: number;
}

const tracingSchema = z.object({
  OTEL_SDK_DISABLED: flag.default(false),
  OTEL_EXPORTER_OTLP_ENDPOINT: webBase.optional(),
  // OpenTelemetry's own default is all; a tenth is what a service under load can afford without a second thought.
  OTEL_TRACES_SAMPLER_ARG: ratio.default(0.1),
  OTEL_SERVICE_NAME: z.string().default("links"),
  OTEL_BSP_SCHEDULE_DELAY: wholeNumber("time in milliseconds", 1, 3_600_000).optional(),
});

/** Reads the variables `OTEL_*`; what is wrong with them is added to `mistakes`. */
export function tracingFrom(environment: NodeJS.ProcessEnv, mistakes: Mistake[]): TracingSettings | undefined {
  const read = readVariables(tracingSchema, environment, mistakes);
  return (
    read && {
      disabled: read.OTEL_SDK_DISABLED,
      endpoint: read.OTEL_EXPORTER_OTLP_ENDPOINT,
      sampleRatio: read.OTEL_TRACES_SAMPLER_ARG,
      serviceName: read.OTEL_SERVICE_NAME,
      exportDelayMilliseconds: read.OTEL_BSP_SCHEDULE_DELAY,
    }
  );
}
