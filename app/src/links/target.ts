/** Longest target in bytes; the database checks the same. */
export const longestTarget = 2_048;

/**
 * Checks where a link may lead, and gives the address as it is stored: parsed and written again, so that it is ASCII and has no
 * line break to smuggle into a Location header. Throws with a message that completes "url ...".
 */
export function parseTarget(text: string, ownOrigin?: string): string {
  const url = URL.parse(text);
  if (!url) throw new Error("is no absolute URL; give one such as https://example.org/page");
  // javascript: and data: run in the reader's browser in the name of whoever shows the link.
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new Error(`has the scheme ${url.protocol} and only http: and https: are taken`);
  // A user name makes https://bank.example@evil.example look like the bank, and a password would be handed to every visitor.
  if (url.username !== "" || url.password !== "") throw new Error("holds a user name or password; leave them out");
  if (ownOrigin !== undefined && url.host === new URL(ownOrigin).host) throw new Error("leads to this service itself, which could go round in circles");
  if (url.href.length > longestTarget) throw new Error(`is ${url.href.length} characters long when encoded; ${longestTarget} is the most`);
  return url.href;
}
