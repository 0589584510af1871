import { ROOT_CONTEXT } from "@opentelemetry/api";
import { TraceIdRatioBasedSampler } from "@opentelemetry/sdk-trace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newTraceId } from "./ids.ts";
import { ratioSampler } from "./sampling.ts";

describe("sampling by ratio", () => {
  it("decides as OpenTelemetry's sampler does, for any id and ratio", () => {
    const id = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 32, maxLength: 32 }).filter((text) => !/^0+$/.test(text));
    const ratio = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 0.1, 0.5, 1e-9));
    fc.assert(
      fc.property(id, ratio, (traceId, share) => {
        const theirs = new TraceIdRatioBasedSampler(share).shouldSample(ROOT_CONTEXT, traceId).decision === 2;
        expect(ratioSampler(share)(traceId)).toBe(theirs);
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes the share it is told of the ids made here", () => {
    const sampled = ratioSampler(0.1);
    const taken = Array.from({ length: 50_000 }, newTraceId).filter(sampled).length;
    // Five standard deviations.
    expect(Math.abs(taken - 5_000)).toBeLessThan(340);
  });
});
