/** Where a page ends: the number of its last link. Opaque to callers, so that it may change. */
export const encodeCursor = (id: string) => Buffer.from(`links:${id}`).toString("base64url");

/** The number in a cursor; undefined for what this service never gave out. */
export function decodeCursor(cursor: string): string | undefined {
  // Eighteen digits stay below PostgreSQL's bigint, so that no cursor can be out of its range.
  return /^links:(\d{1,18})$/.exec(Buffer.from(cursor, "base64url").toString("latin1"))?.[1];
}
