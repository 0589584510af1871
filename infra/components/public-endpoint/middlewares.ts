import { type Identity, named } from "../kubernetes/identity.ts";
import { IssuerKind } from "./issuer.ts";
import type { PublicEndpointArgs } from "./public-endpoint.ts";

const middleware = (identity: Identity, suffix: string, spec: object) => ({
  apiVersion: "traefik.io/v1alpha1",
  kind: "Middleware",
  metadata: named(identity, `${identity.name}-${suffix}`),
  spec,
});

export function redirectToHttps(identity: Identity) {
  return middleware(identity, "https", { redirectScheme: { scheme: "https", permanent: true } });
}

/** Headers that every response carries, whatever the service says (OWASP Secure Headers). */
export function securityHeaders(identity: Identity, args: PublicEndpointArgs) {
  return middleware(identity, "headers", {
    headers: {
      // Not with a certificate that nobody trusts: browsers would remember, and refuse the host for a year.
      ...(args.issuer.kind !== IssuerKind.selfSigned && { stsSeconds: 31536000, stsIncludeSubdomains: true }),
      contentTypeNosniff: true,
      frameDeny: true,
      referrerPolicy: "no-referrer",
      permissionsPolicy: "camera=(), geolocation=(), microphone=(), payment=()",
      contentSecurityPolicy: args.contentSecurityPolicy ?? "default-src 'none'; frame-ancestors 'none'",
      // An empty value removes a header: the name and version of a server help only who looks for a hole in it.
      customResponseHeaders: { Server: "", "X-Powered-By": "" },
    },
  });
}
