import type { IncomingMessage } from "node:http";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCidr } from "./cidr.ts";
import { clientAddress } from "./client-address.ts";

const ask = (trusted: string[], peer: string | undefined, forwarded?: string | string[]) =>
  clientAddress(trusted.map(parseCidr))({ socket: { remoteAddress: peer }, headers: { "x-forwarded-for": forwarded } } as unknown as IncomingMessage);

describe("client address", () => {
  it("is the peer when nobody is trusted, whatever it claims", () => {
    expect(ask([], "203.0.113.9", "6.6.6.6")).toBe("203.0.113.9");
  });

  it("walks from the right and ignores what the client wrote in front", () => {
    expect(ask(["10.0.0.0/8", "127.0.0.1"], "127.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.5")).toBe("203.0.113.9");
  });

  it("believes no header from a peer that is no proxy of ours", () => {
    expect(ask(["10.0.0.0/8"], "203.0.113.9", "10.0.0.1, 6.6.6.6")).toBe("203.0.113.9");
  });

  it("stays with the proxy when the proxy hides its client", () => {
    expect(ask(["10.0.0.0/8"], "10.0.0.5", "6.6.6.6, unknown")).toBe("10.0.0.5");
    expect(ask(["10.0.0.0/8"], "10.0.0.5", "")).toBe("10.0.0.5");
    expect(ask(["10.0.0.0/8"], "10.0.0.5", "203.0.113.9, 1")).toBe("10.0.0.5");
  });

  it("joins the addresses of one IPv6 customer and unwraps IPv4", () => {
    expect(ask([], "2001:db8:1:2:aaaa::1")).toBe("2001:db8:1:2::/64");
    expect(ask([], "2001:db8:1:2:bbbb::2")).toBe("2001:db8:1:2::/64");
    expect(ask([], "::ffff:203.0.113.9")).toBe("203.0.113.9");
    expect(ask(["10.0.0.0/8"], "::ffff:10.1.2.3", "[2001:db8:1:2:cccc::3]:4711")).toBe("2001:db8:1:2::/64");
    expect(ask(["10.0.0.0/8"], "10.1.2.3", "203.0.113.9:4711")).toBe("203.0.113.9");
  });

  it("reads several headers as one list", () => {
    expect(ask(["10.0.0.0/8"], "10.0.0.5", ["6.6.6.6", "203.0.113.9"])).toBe("203.0.113.9");
  });

  it("gives one key per spoofing client, however it varies the header", () => {
    const addressOf = clientAddress([parseCidr("10.0.0.0/8")]);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii" }), (spoofed) => {
        const request = { socket: { remoteAddress: "10.0.0.5" }, headers: { "x-forwarded-for": `${spoofed}, 203.0.113.9` } };
        expect(addressOf(request as unknown as IncomingMessage)).toBe("203.0.113.9");
      }),
    );
  });
});
