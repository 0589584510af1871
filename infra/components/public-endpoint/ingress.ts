import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type Identity, named } from "../kubernetes/identity.ts";
import { tlsSecretName } from "./certificate.ts";
import type { PublicEndpointArgs } from "./public-endpoint.ts";

/** One door of the ingress controller, and the middleware that every request through it passes. */
export interface Door {
  /** Name of the Ingress. */
  name: string;
  /** Traefik's name of the entry point: `web` is plain HTTP, `websecure` is TLS. */
  entryPoint: "web" | "websecure";
  middleware: pulumi.Input<string>;
}

/**
 * Two doors rather than one with a redirect in front: that redirect compares the port too, and sends whoever comes in over TLS on
 * another port than 443, as on a laptop, in a circle.
 */
export function ingress(identity: Identity, args: PublicEndpointArgs, door: Door): k8s.networking.v1.IngressArgs {
  const metadata = named(identity, door.name);
  return {
    metadata: {
      ...metadata,
      annotations: {
        ...metadata.annotations,
        "traefik.ingress.kubernetes.io/router.entrypoints": door.entryPoint,
        "traefik.ingress.kubernetes.io/router.middlewares": pulumi.interpolate`${args.namespace}-${door.middleware}@kubernetescrd`,
        ...(args.awaitAddress === false && { "pulumi.com/skipAwait": "true" }),
      },
    },
    spec: {
      ingressClassName: args.className ?? "traefik",
      tls: [{ hosts: [args.host], secretName: tlsSecretName(identity) }],
      rules: [
        {
          host: args.host,
          http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: args.service.host, port: { number: args.service.port } } } }] },
        },
      ],
    },
  };
}
