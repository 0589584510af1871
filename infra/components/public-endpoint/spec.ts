import { refuse } from "../argument-error.ts";
import { IssuerKind } from "./issuer.ts";
import type { PublicEndpointArgs } from "./public-endpoint.ts";

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;

export function checkPublicEndpoint(name: string, { host, issuer, service }: PublicEndpointArgs): void {
  const kinds = Object.values(IssuerKind);
  refuse("PublicEndpoint", name, [
    !hostName.test(host) && `host "${host}" is no host name; write it without scheme and port, such as links.example.org.`,
    !kinds.includes(issuer.kind) && `issuer.kind "${issuer.kind}" is unknown; use ${kinds.join(", ")}.`,
    issuer.kind === IssuerKind.acme && !issuer.email && "issuer.email is missing; an ACME authority wants to know whom to warn.",
    issuer.kind === IssuerKind.existing && !issuer.name && "issuer.name is missing; give the name of the ClusterIssuer.",
    !service.podSelector && `service "${service.name}" has no pods in the cluster; give the binding of a WebService.`,
  ]);
}
