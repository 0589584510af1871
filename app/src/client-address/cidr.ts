import ipaddr from "ipaddr.js";

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An address range. */
export type Cidr = [Address, number];

/** Parses `10.0.0.0/8`, or a single address. Throws with a message that completes a sentence begun with the text. */
export function parseCidr(text: string): Cidr {
  try {
    if (text.includes("/")) return ipaddr.parseCIDR(text);
    const address = ipaddr.parse(text);
    return [address, address.kind() === "ipv4" ? 32 : 128];
  } catch {
    // Hop counts and "true" are refused here by design: a count lets one client's header stand for another's address.
    throw new Error(`holds ${JSON.stringify(text)}, which is no address range; give ranges such as 10.244.0.0/16, separated by commas.`);
  }
}

/** Parses an address and unwraps IPv4 in IPv6, as dual-stack sockets report it. Undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}

export const within = (address: Address, [range, bits]: Cidr) => address.kind() === range.kind() && address.match(range as ipaddr.IPv4 & ipaddr.IPv6, bits);
