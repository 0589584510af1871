import { expect, test } from "vitest";
import { ownIssuer } from "./issuer.ts";
import { securityHeaders } from "./middlewares.ts";
import { PublicEndpoint, type PublicEndpointArgs } from "./public-endpoint.ts";

const args: PublicEndpointArgs = {
  namespace: "links",
  host: "links.example.org",
  issuer: { kind: "selfSigned" },
  controllerNamespace: "traefik",
  service: { name: "links", namespace: "links", host: "links", port: 8080, podSelector: { "app.kubernetes.io/name": "web-service" } },
};

test.each<[string, Partial<PublicEndpointArgs>, RegExp]>([
  ["an address instead of a host", { host: "https://links.example.org/" }, /host "https:\/\/links\.example\.org\/" is no host name/],
  ["a host without a domain", { host: "links" }, /host "links" is no host name/],
  ["ACME without a mail address", { issuer: { kind: "acme" } }, /issuer\.email is missing/],
  ["an existing issuer without a name", { issuer: { kind: "existing" } }, /issuer\.name is missing/],
  ["an unknown issuer", { issuer: { kind: "vault" as never } }, /issuer\.kind "vault" is unknown; use selfSigned, acme, existing/],
  ["a service outside the cluster", { service: { ...args.service, podSelector: undefined } }, /service "links" has no pods/],
])("refuses %s", (_, change, message) => expect(() => new PublicEndpoint("public", { ...args, ...change })).toThrow(message));

test("browsers are told to insist on TLS only where they can trust the certificate", () => {
  const identity = { name: "public", kind: "public-endpoint", component: "edge", namespace: "links" };
  expect(JSON.stringify(securityHeaders(identity, args))).not.toContain("stsSeconds");
  expect(JSON.stringify(securityHeaders(identity, { ...args, issuer: { kind: "acme", email: "a@example.org" } }))).toContain('"stsSeconds":31536000');
});

test("ACME asks the trusted authority unless told otherwise", () => {
  expect(JSON.stringify(ownIssuer({ kind: "acme", email: "a@example.org" }, "traefik"))).toContain("https://acme-v02.");
});
