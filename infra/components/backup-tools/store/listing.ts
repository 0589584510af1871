import type { StoredObject } from "./object-store.ts";

export interface ListingPage {
  objects: StoredObject[];
  /** Where the next page begins; left out on the last one. */
  next?: string;
}

/** Reads an answer to ListObjectsV2. A page without its closing tag was cut off, and would hide the backups behind the cut. */
export function parseListing(xml: string): ListingPage {
  if (!xml.includes("</ListBucketResult>")) throw Object.assign(new Error("the listing is cut off"), { code: "IncompleteBody" });
  const objects = [...xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].map(([, entry]): StoredObject => {
    return { key: element(entry!, "Key") ?? "", bytes: Number(element(entry!, "Size")), modified: new Date(element(entry!, "LastModified") ?? Number.NaN) };
  });
  const next = element(xml, "IsTruncated") === "true" ? element(xml, "NextContinuationToken") : undefined;
  return { objects, next };
}

/** Text of the first element of that name. */
export function element(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, named) => {
    if (named) return entities[named] ?? whole;
    return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16));
  });
}

const entities: Record<string, string> = { amp: "&", apos: "'", gt: ">", lt: "<", quot: '"' };
