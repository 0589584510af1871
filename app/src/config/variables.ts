import { z } from "zod";
import { parseCidr } from "../client-address/cidr.ts";
import { parseTiers } from "../limiter/tiers.ts";

/** Shows a value in a message: in quotes, and cut, since a whole file may stand where a number should. */
const shown = (value: string) => JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);

/** A variable whose text `parse` turns into a value; what it throws is the message. */
export function parsed<T>(parse: (text: string) => T) {
  return z.string().transform((text, context) => {
    try {
      return parse(text.trim());
    } catch (error) {
      context.addIssue({ code: "custom", message: `${shown(text)} ${(error as Error).message}` });
      return z.NEVER;
    }
  });
}

export const required = (what: string) => z.string({ error: `is not set; give ${what}.` }).min(1, `is empty; give ${what}.`);

export const wholeNumber = (what: string, least: number, most: number) =>
  parsed((text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) throw new Error(`is no ${what}; give a whole number from ${least} to ${most}.`);
    return value;
  });

export const portNumber = wholeNumber("port", 1, 65_535);

export const webAddress = parsed((text) => {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search || url.hash || url.username)
    throw new Error("is no origin; give scheme and host without a path, such as https://links.example.org.");
  return url.origin;
});

/** Base address of a service: an origin, and a path below which its own paths lie. */
export const webBase = parsed((text) => {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username)
    throw new Error("is no base address; give scheme, host and port, such as http://collector.observability:4318.");
  return text;
});

export const ratio = parsed((text) => {
  const value = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || value > 1) throw new Error("is no share; give a number from 0 to 1, such as 0.1 for a tenth.");
  return value;
});

export const flag = parsed((text) => {
  if (text !== "true" && text !== "false") throw new Error("is neither true nor false; write one of the two.");
  return text === "true";
});

const listOf = (text: string) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

export const cidrList = parsed((text) => listOf(text).map(parseCidr));

export const tierList = parsed((text) => parseTiers(listOf(text)));
