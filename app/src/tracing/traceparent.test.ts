import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTraceparent, parseTraceparent } from "./traceparent.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";
const valid = `00-${traceId}-${spanId}-01`;

/** The specification's grammar, as a pattern: slower, and written apart from the parser. */
const grammar = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/s;
function byGrammar(header: string) {
  const match = grammar.exec(header);
  if (!match || (match[1] === "00" && match[5] !== undefined)) return undefined;
  return { traceId: match[2], spanId: match[3], sampled: Number.parseInt(match[4]!, 16) % 2 === 1 };
}

describe("traceparent", () => {
  it.each([
    ["no header", undefined],
    ["an empty one", ""],
    ["trace id of zeros", `00-${"0".repeat(32)}-${spanId}-01`],
    ["span id of zeros", `00-${traceId}-${"0".repeat(16)}-01`],
    ["version ff", valid.replace("00-", "ff-")],
    ["upper case", valid.toUpperCase()],
    ["version 00 with more behind it", `${valid}-extra`],
    ["a later version with more, and no dash before it", `cc${valid.slice(2)}extra`],
    ["two headers joined", `${valid}, ${valid}`],
    ["a flag that is no number", `00-${traceId}-${spanId}-0x`],
  ])("refuses %s", (_, header) => expect(parseTraceparent(header)).toBe(undefined));

  it("reads the flag's last bit, and later versions by their beginning", () => {
    expect(parseTraceparent(valid)).toEqual({ traceId, spanId, sampled: true });
    expect(parseTraceparent(`00-${traceId}-${spanId}-02`)).toEqual({ traceId, spanId, sampled: false });
    expect(parseTraceparent(`cc-${traceId}-${spanId}-ff-what-comes`)).toEqual({ traceId, spanId, sampled: true });
  });

  it("agrees with the grammar on any text, above all on those that are nearly right", () => {
    const hex = (length: number) => fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
    const near = fc
      .tuple(
        fc.oneof(fc.constantFrom("00", "01", "ff", "fe"), hex(2)),
        fc.oneof(hex(32), fc.constant("0".repeat(32))),
        fc.oneof(hex(16), fc.constant("0".repeat(16))),
        hex(2),
      )
      .map((parts) => parts.join("-"));
    const mangled = fc
      .tuple(near, fc.nat(60), fc.constantFrom("", "0", "g", "A", "-", " ", "é", "-x"))
      .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + (put === "-x" ? 0 : 1)));
    fc.assert(
      fc.property(fc.oneof(near, mangled, fc.string({ maxLength: 70 })), (header) => {
        expect(parseTraceparent(header)).toEqual(byGrammar(header));
      }),
      { numRuns: 2_000 },
    );
  });

  it("is read back as it was written", () => {
    for (const sampled of [true, false]) expect(parseTraceparent(formatTraceparent({ traceId, spanId, sampled }))).toEqual({ traceId, spanId, sampled });
  });
});
