/** One quota: so many requests in so many seconds, for each client. */
export interface Limit {
  /** Name in the RateLimit headers. */
  name: string;
  quota: number;
  windowSeconds: number;
}

/** A class of routes that share their limits; a request must pass all of them. */
export interface Tier {
  name: string;
  limits: Limit[];
}

/** The tiers that routes name. Each must be configured: a route without a limit is an oversight that shows only under attack. */
export const tierNames = ["create", "read", "redirect"] as const;
export type TierName = (typeof tierNames)[number];

const shape = /^([a-z]+)=(\d+\/\d+(?:\+\d+\/\d+)*)$/;

/** Parses `create=30/60+500/86400`: a tier and its limits as quota/windowSeconds. Messages complete a sentence begun with the text. */
export function parseTiers(texts: readonly string[]): Tier[] {
  const tiers = texts.map((text) => {
    const [, name, limits] = shape.exec(text) ?? [];
    if (!name || !limits) throw new Error(`holds ${JSON.stringify(text)}; give tier=quota/windowSeconds, such as create=30/60, and more limits after a +.`);
    if (!(tierNames as readonly string[]).includes(name))
      throw new Error(`names the tier "${name}", which no route has; the tiers are ${tierNames.join(", ")}.`);
    return { name, limits: limits.split("+").map((limit, index) => parseLimit(name, limit, index)) };
  });
  for (const name of tierNames) {
    const count = tiers.filter((tier) => tier.name === name).length;
    if (count !== 1) throw new Error(`names the tier "${name}" ${count === 0 ? "not at all" : `${count} times`}; give it once.`);
  }
  return tiers;
}

function parseLimit(tier: string, text: string, index: number): Limit {
  const [quota = 0, windowSeconds = 0] = text.split("/").map(Number);
  if (quota < 1 || quota > 1_000_000) throw new Error(`gives tier "${tier}" the quota ${quota}; give 1 to 1000000.`);
  if (windowSeconds < 1 || windowSeconds > 604_800) throw new Error(`gives tier "${tier}" the window ${windowSeconds} s; give 1 to 604800 (a week).`);
  return { name: index === 0 ? tier : `${tier}-${windowSeconds}s`, quota, windowSeconds };
}
