import { describe, expect, test } from "vitest";
import { ConfigError } from "../../config/messages.ts";
import { loadPlatformConfig } from "./load.ts";

type Raw = Record<string, unknown>;

function problemsOf(raw: Raw, secret?: string): readonly string[] {
  try {
    loadPlatformConfig({ cluster: { identifier: "dev" }, ...raw }, { stack: "dev", project: "slipway-platform", isSecret: (key) => key === secret });
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
  return [];
}

test("a cluster's name is all that has to be said: every switch is on", () => {
  const values = loadPlatformConfig({ cluster: { identifier: "dev" } }, { stack: "dev", project: "slipway-platform" });
  const switches = Object.values(values).filter((section): section is { enabled: boolean } => "enabled" in section);
  expect(switches.length).toBeGreaterThan(5);
  expect(switches.filter(({ enabled }) => !enabled)).toEqual([]);
});

describe("a mistake is told with its path and the mend", () => {
  test.each<[string, Raw, RegExp]>([
    ["a misspelled switch", { rolouts: { enabled: false } }, /slipway-platform:rolouts: nobody reads this key; did you mean rollouts\?/],
    ["a switch that is text", { ingress: { enabled: "no" } }, /ingress\.enabled: found "no"; write true or false/],
    ["an ACME issuer without an address", { certManager: { issuer: { kind: "acme" } } }, /issuer\.email: is missing; an ACME authority/],
    ["a server of a self-signed issuer", { certManager: { issuer: { kind: "selfSigned", server: "staging" } } }, /issuer\.server: staging means nothing/],
    [
      "an issuer without cert-manager",
      { certManager: { enabled: false, issuer: { kind: "selfSigned" } }, cloudNativePg: { enabled: false } },
      /certManager\.issuer: needs cert-manager/,
    ],
    ["a plugin without cert-manager", { certManager: { enabled: false } }, /cloudNativePg\.barmanPlugin: true speaks to CloudNativePG by certificates/],
    [
      "a host without a certificate",
      { monitoring: { grafana: { host: "g.example.org" } } },
      /grafana\.host: g\.example\.org needs a certificate; set slipway-platform:certManager\.issuer/,
    ],
    [
      "a host without a way in",
      { ingress: { enabled: false }, certManager: { issuer: { kind: "selfSigned" } }, monitoring: { grafana: { host: "g.example.org" } } },
      /needs slipway-platform:ingress\.enabled/,
    ],
    [
      "a host of a Grafana that isn't there",
      { certManager: { issuer: { kind: "selfSigned" } }, monitoring: { enabled: false, grafana: { host: "g.example.org" } } },
      /that slipway-platform:monitoring\.enabled switches off/,
    ],
    [
      "one namespace for two",
      { ingress: { namespace: "one" }, monitoring: { namespace: "one" } },
      /monitoring\.namespace: one is the one of slipway-platform:ingress\.namespace/,
    ],
    ["a namespace of the cluster's", { monitoring: { namespace: "kube-system" } }, /belongs to the cluster/],
    ["a volume of no size", { monitoring: { storage: "10" } }, /monitoring\.storage: found "10"; write an amount from 1Gi/],
  ])("%s", (_, raw, message) => {
    const problems = problemsOf(raw);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });
});

test("all mistakes are told at once, those between values beside those of the schema", () => {
  expect(problemsOf({ certManager: { enabled: false }, rollouts: { enabled: 1 }, monitoring: { retentionDays: 0 } })).toHaveLength(3);
});

test("a secret has no place in it, and its value is not shown", () => {
  const problems = problemsOf({ monitoring: { memory: "hunter2" } }, "monitoring");
  expect(problems.join("\n")).toMatch(/slipway-platform:monitoring: holds a secret, and no key of a platform is one/);
  expect(problems.join("\n")).not.toContain("hunter2");
});
