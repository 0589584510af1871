import { expect, test } from "vitest";
import { tracing } from "./tracing.ts";

test("a collector's address is enough", () => {
  expect(tracing.parse({ endpoint: "http://otel-collector.observability:4318" })).toEqual({
    endpoint: "http://otel-collector.observability:4318",
    namespace: "observability",
    sampleRatio: 0.1,
  });
});

test.each([
  "otel-collector:4318",
  "http://otel-collector",
  "grpc://otel-collector:4317",
  "http://user:word@collector:4318",
  "http://collector:4318/v1/traces",
  "http://c:99999",
  4318,
])("%j is refused, with the mend", (endpoint) =>
  expect(tracing.safeParse({ endpoint }).error?.issues[0]).toMatchObject({ path: ["endpoint"], message: expect.stringContaining("scheme, host and port") }),
);

test.each([-0.1, 1.1, "0.1"])("a share of %j is refused", (sampleRatio) =>
  expect(tracing.safeParse({ endpoint: "http://c:4318", sampleRatio }).error?.issues[0]).toMatchObject({
    path: ["sampleRatio"],
    message: "give a share from 0 to 1",
  }),
);
