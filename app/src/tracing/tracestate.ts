/** Characters that the specification asks everybody to hand on; more would only be weight on each outgoing call. */
const mostCharacters = 512;
const mostMembers = 32;
const member =
  /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** A caller's `tracestate` as it may be handed on: unchanged when valid, else not at all. It is never a reason to lose the trace itself. */
export function acceptTracestate(header: string | undefined): string | undefined {
  if (header === undefined || header.length > mostCharacters) return undefined;
  const members = header
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return members.length > 0 && members.length <= mostMembers && members.every((part) => member.test(part)) ? header : undefined;
}
