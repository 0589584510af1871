import { randomInt } from "node:crypto";

/** What a slug looks like; the database checks the same. A path that differs can't be a link and costs no look-up. */
export const slugShape = /^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$/;

/** First segments of paths that are, or may become, the service's own, and names that people expect a site to answer. */
const reserved = new Set(["admin", "api", "assets", "docs", "health", "links", "login", "metrics", "static", "status"]);

export const isSlug = (text: string) => slugShape.test(text);
export const isReserved = (slug: string) => reserved.has(slug.toLowerCase());

const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const length = 8;

/** A random slug, without letters that are mistaken for another when read aloud or from paper. 57^8 is about 10^14. */
export const randomSlug = () => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
