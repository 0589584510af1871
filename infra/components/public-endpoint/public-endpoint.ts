import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs } from "../component-args.ts";
import { identityOf, named } from "../kubernetes/identity.ts";
import { certificate } from "./certificate.ts";
import { type Door, ingress } from "./ingress.ts";
import { type CertificateIssuer, IssuerKind, issuerReference, ownIssuer } from "./issuer.ts";
import { redirectToHttps, securityHeaders } from "./middlewares.ts";
import { admitController, admitSolver } from "./policies.ts";
import { checkPublicEndpoint } from "./spec.ts";

export interface PublicEndpointArgs extends ComponentArgs {
  /** Host name under which the service is public. Its DNS record points to the ingress controller. A change gets a new certificate. */
  host: string;
  /** The service behind it: the `binding` of a WebService. */
  service: ServiceBinding;
  /** Where the certificate comes from. */
  issuer: CertificateIssuer;
  /** Namespace of the ingress controller: only its pods may reach the service's port. */
  controllerNamespace: string;
  /** Ingress class of a Traefik controller. Defaults to `traefik`. */
  className?: string;
  /** Header `Content-Security-Policy`. Defaults to `default-src 'none'; frame-ancestors 'none'`, right for an API; a site with pages needs its own. */
  contentSecurityPolicy?: string;
  /**
   * Whether an update waits until the controller has published an address. Defaults to true. False for a controller that publishes
   * none, such as one on host ports; the update would wait ten minutes for it.
   */
  awaitAddress?: boolean;
}

/**
 * The way in from the internet: TLS by cert-manager, plain HTTP answered with a redirect, security headers on every response,
 * and a network policy that lets in the ingress controller and nobody else.
 */
export class PublicEndpoint extends pulumi.ComponentResource {
  /** Address of the service, such as `https://links.example.org`. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: PublicEndpointArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:PublicEndpoint", name, {}, opts);
    checkPublicEndpoint(name, args);
    const identity = identityOf(name, "public-endpoint", "edge", args);
    const child = { parent: this };

    const issuer = ownIssuer(args.issuer, args.className ?? "traefik");
    const issued = issuer && new k8s.apiextensions.CustomResource(`${name}-issuer`, { ...issuer, metadata: named(identity) }, child);
    const proof = new k8s.apiextensions.CustomResource(
      `${name}-certificate`,
      certificate(identity, args.host, issuerReference(args.issuer, name), args.issuer.kind === IssuerKind.selfSigned),
      { parent: this, dependsOn: issued ? [issued] : [] },
    );
    const redirect = new k8s.apiextensions.CustomResource(`${name}-https`, redirectToHttps(identity), child);
    const headers = new k8s.apiextensions.CustomResource(`${name}-headers`, securityHeaders(identity, args), child);
    new k8s.networking.v1.NetworkPolicy(`${name}-policy`, admitController(identity, args), child);
    if (args.issuer.kind === IssuerKind.acme) new k8s.networking.v1.NetworkPolicy(`${name}-solver-policy`, admitSolver(identity, args), child);
    const door = (door: Door) => new k8s.networking.v1.Ingress(door.name, ingress(identity, args, door), { parent: this, dependsOn: proof });
    const secure = door({ name, entryPoint: "websecure", middleware: headers.metadata.name });
    door({ name: `${name}-http`, entryPoint: "web", middleware: redirect.metadata.name });

    this.url = secure.id.apply(() => `https://${args.host}`);
    this.registerOutputs({ url: this.url });
  }
}
