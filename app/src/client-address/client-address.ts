import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import { LRUCache } from "lru-cache";
import { type Address, type Cidr, parseAddress, within } from "./cidr.ts";

/**
 * Who is asking, as a key for limits and logs: an IPv4 address, or the /64 of an IPv6 one, since a single customer holds 2^64
 * addresses and could use a fresh one for each request.
 */
export type ClientAddress = (request: IncomingMessage) => string;

interface Hop {
  key: string;
  trusted: boolean;
}

/**
 * Finds the client behind proxies. X-Forwarded-For is read from the right, as long as the hop that wrote the entry is in
 * `trustedProxies`; whatever stands further left was written by the client itself and is a claim, not a fact.
 */
export function clientAddress(trustedProxies: readonly Cidr[]): ClientAddress {
  // Peers are few (the ingress' pods) and parsing costs more than the look-up; bounded, since without a proxy every client is a peer.
  const hops = new LRUCache<string, Hop>({ max: 2_000 });
  const hop = (text: string): Hop | undefined => {
    const known = hops.get(text);
    if (known) return known;
    const address = parseAddress(text);
    if (!address) return undefined;
    const made = { key: keyOf(address), trusted: trustedProxies.some((range) => within(address, range)) };
    hops.set(text, made);
    return made;
  };

  return ({ socket, headers }) => {
    let client = hop(socket.remoteAddress ?? "") ?? { key: "unknown", trusted: false };
    const forwarded = headers["x-forwarded-for"];
    if (!client.trusted || forwarded === undefined) return client.key;
    const entries = (Array.isArray(forwarded) ? forwarded.join(",") : forwarded).split(",");
    while (client.trusted && entries.length > 0) {
      const next = hop(withoutPort(entries.pop()!.trim()));
      // A trusted proxy that writes no address ("unknown", RFC 7239) hides its client: the proxy's own bucket is the safe answer.
      if (!next) break;
      client = next;
    }
    return client.key;
  };
}

/** Some load balancers append the port: `203.0.113.9:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text);
  return bracketed?.[1] ?? text.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1");
}

function keyOf(address: Address): string {
  if (address.kind() === "ipv4") return address.toString();
  const network = (address as ipaddr.IPv6).parts.map((part, index) => (index < 4 ? part : 0));
  return `${new ipaddr.IPv6(network).toString()}/64`;
}
