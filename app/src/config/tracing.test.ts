import { expect, it } from "vitest";
import type { Mistake } from "./mistakes.ts";
import { tracingFrom } from "./tracing.ts";

it("records a tenth under the service's name, and goes nowhere without an endpoint", () => {
  expect(tracingFrom({}, [])).toEqual({ disabled: false, endpoint: undefined, sampleRatio: 0.1, serviceName: "links" });
});

it("follows OpenTelemetry's variables", () => {
  const environment = {
    OTEL_SDK_DISABLED: "true",
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/base",
    OTEL_TRACES_SAMPLER_ARG: ".25",
    OTEL_SERVICE_NAME: "links-worker",
    OTEL_BSP_SCHEDULE_DELAY: "500",
  };
  expect(tracingFrom(environment, [])).toEqual({
    disabled: true,
    endpoint: "http://collector:4318/base",
    sampleRatio: 0.25,
    serviceName: "links-worker",
    exportDelayMilliseconds: 500,
  });
});

it.each([
  ["OTEL_SDK_DISABLED", "yes", '"yes" is neither true nor false; write one of the two.'],
  [
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "collector:4318",
    '"collector:4318" is no base address; give scheme, host and port, such as http://collector.observability:4318.',
  ],
  ["OTEL_TRACES_SAMPLER_ARG", "10%", '"10%" is no share; give a number from 0 to 1, such as 0.1 for a tenth.'],
  ["OTEL_BSP_SCHEDULE_DELAY", "2s", '"2s" is no time in milliseconds; give a whole number from 1 to 3600000.'],
  ["OTEL_TRACES_SAMPLER_ARG", "1.5", '"1.5" is no share; give a number from 0 to 1, such as 0.1 for a tenth.'],
])("refuses %s=%s, with the mend", (variable, value, text) => {
  const mistakes: Mistake[] = [];
  expect(tracingFrom({ [variable]: value }, mistakes)).toBe(undefined);
  expect(mistakes).toEqual([{ variable, text }]);
});
