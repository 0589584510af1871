import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { ConfigurationError } from "./mistakes.ts";

const folder = mkdtempSync(join(tmpdir(), "links-config-"));
afterAll(() => rmSync(folder, { recursive: true }));
const passwordFile = join(folder, "password");
writeFileSync(passwordFile, "first\n");

const minimal = { POSTGRES_HOST: "postgres", POSTGRES_DATABASE: "links", POSTGRES_USERNAME: "links_app_a", POSTGRES_PASSWORD_FILE: passwordFile };

function mistakesOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
  return "";
}

describe("configuration", () => {
  it("needs only the database, and has the contract's defaults for the rest", () => {
    expect(readConfig(minimal)).toMatchObject({
      host: "0.0.0.0",
      port: 8080,
      internalPort: 9090,
      logLevel: "info",
      trustedProxies: [],
      requestTimeoutSeconds: 15,
      shutdownSeconds: 20,
      drainDelaySeconds: 0,
      replicas: 1,
      redisCache: undefined,
      postgres: { host: "postgres", port: 5432, database: "links", user: "links_app_a" },
      tiers: [
        { name: "create", limits: [{ name: "create", quota: 30, windowSeconds: 60 }] },
        { name: "read", limits: [{ quota: 300 }] },
        { name: "redirect", limits: [{ quota: 3000 }] },
      ],
    });
  });

  it("reads a password file anew each time, so that a rotated secret is followed", () => {
    const { postgres } = readConfig(minimal);
    expect(postgres.password?.()).toBe("first");
    writeFileSync(passwordFile, "second\n");
    expect(postgres.password?.()).toBe("second");
  });

  it("says every mistake at once, each with variable, value and mend", () => {
    const message = mistakesOf({
      ...minimal,
      POSTGRES_HOST: "",
      POSTGRES_PASSWORD_FILE: join(folder, "missing"),
      PORT: "eighty",
      LOG_LEVEL: "loud",
      PUBLIC_URL: "links.example.org",
      TRUSTED_PROXY_CIDRS: "10.0.0.0/8, 1",
      RATE_LIMITS: "create=30/60,read=300/60,redirct=3000/60",
      REDIS_STATE_PORT: "99999",
    });
    expect(message.split("\n")).toEqual([
      "The configuration has 9 mistakes:",
      '  PORT: "eighty" is no port; give a whole number from 1 to 65535.',
      '  LOG_LEVEL: "loud" is no log level; give one of trace, debug, info, warn, error, fatal, silent.',
      '  PUBLIC_URL: "links.example.org" is no origin; give scheme and host without a path, such as https://links.example.org.',
      '  TRUSTED_PROXY_CIDRS: "10.0.0.0/8, 1" holds "1", which is no address range; give ranges such as 10.244.0.0/16, separated by commas.',
      '  RATE_LIMITS: "create=30/60,read=300/60,redirct=3000/60" names the tier "redirct", which no route has; the tiers are create, read, redirect.',
      `  POSTGRES_PASSWORD_FILE: the file ${join(folder, "missing")} can't be read (ENOENT); mount the secret there, readable by this user.`,
      "  POSTGRES_HOST: is not set; give the host name of the Postgres server.",
      "  REDIS_STATE_HOST: is not set; give the host name of the Redis server, or unset every variable of this Redis to run without it.",
      '  REDIS_STATE_PORT: "99999" is no port; give a whole number from 1 to 65535.',
    ]);
  });

  it("refuses one port for both servers", () => {
    expect(mistakesOf({ ...minimal, PORT: "9090" })).toContain("INTERNAL_PORT: 9090 is also PORT");
  });

  it("never trusts a number of hops or everybody", () => {
    for (const value of ["1", "true", "loopback", "10.0.0.0/33"]) expect(mistakesOf({ ...minimal, TRUSTED_PROXY_CIDRS: value })).toContain("no address range");
  });

  it("answers any text in any variable with a value or a message, never with another error", () => {
    const variables = ["PORT", "RATE_LIMITS", "TRUSTED_PROXY_CIDRS", "PUBLIC_URL", "LOG_LEVEL", "RATE_LIMIT_REPLICAS", "REDIS_CACHE_HOST", "POSTGRES_POOL_MAX"];
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...variables), fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("0", "-1", "1e3", "::/0", "a=1/1"))),
        (given) => {
          const message = mistakesOf({ ...minimal, ...given });
          expect(message).not.toMatch(/undefined|\[object|at \S+:\d+/);
        },
      ),
      { numRuns: 200 },
    );
  });
});
