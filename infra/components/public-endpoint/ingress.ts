import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type Identity, named } from "../kubernetes/identity.ts";
import { tlsSecretName } from "./certificate.ts";
import type { PublicEndpointArgs } from "./public-endpoint.ts";

export function ingress(identity: Identity, args: PublicEndpointArgs, middlewares: pulumi.Input<string>[]): k8s.networking.v1.IngressArgs {
  const metadata = named(identity);
  const references = pulumi
    .all([args.namespace, ...middlewares])
    .apply(([namespace, ...names]) => names.map((name) => `${namespace}-${name}@kubernetescrd`).join(","));
  return {
    metadata: {
      ...metadata,
      annotations: {
        ...metadata.annotations,
        // Both doors lead to one router; behind the plain one the first middleware sends everybody to the other.
        "traefik.ingress.kubernetes.io/router.entrypoints": "web,websecure",
        "traefik.ingress.kubernetes.io/router.middlewares": references,
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
