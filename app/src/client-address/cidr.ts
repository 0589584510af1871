import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An address range. */
export type Cidr = [Address, number];

/** Parses `10.0.0.0/8`, or a single address. Throws with a message that completes a sentence begun with the text. */
export function parseCidr(text: string): Cidr {
  const [address = "", bits, ...rest] = text.split("/");
  // Hop counts and "true" are refused by design: a count lets one client's header stand for another's address. isIP is asked since
  // ipaddr.js alone takes "1" for 0.0.0.1, as the C library does.
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)]!;
  const length = bits === undefined ? longest : Number(bits);
  if (rest.length > 0 || bits === "" || !Number.isInteger(length) || length < 0 || length > longest)
    throw new Error(`holds ${JSON.stringify(text)}, which is no address range; give ranges such as 10.244.0.0/16, separated by commas.`);
  return [ipaddr.parse(address), length];
}

/** Parses an address and unwraps IPv4 in IPv6, as dual-stack sockets report it. Undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  return isIP(text) === 0 ? undefined : ipaddr.process(text);
}

export const within = (address: Address, [range, bits]: Cidr) => address.kind() === range.kind() && address.match(range as ipaddr.IPv4 & ipaddr.IPv6, bits);
