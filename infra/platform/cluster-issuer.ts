import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { letsEncrypt } from "../components/index.ts";
import type { PlatformValues } from "./config/schema.ts";

type Issuer = NonNullable<PlatformValues["certManager"]["issuer"]>;

/** Name of the platform's ClusterIssuer, as services know it. */
export const clusterIssuerName = "platform";

export function clusterIssuer(issuer: Issuer, ingressClass: string, opts: pulumi.CustomResourceOptions): k8s.apiextensions.CustomResource {
  return new k8s.apiextensions.CustomResource(
    "cluster-issuer",
    {
      apiVersion: "cert-manager.io/v1",
      kind: "ClusterIssuer",
      metadata: { name: clusterIssuerName, labels: { "app.kubernetes.io/managed-by": "pulumi" } },
      spec: issuer.kind === "selfSigned" ? { selfSigned: {} } : acme(issuer, ingressClass),
    },
    opts,
  );
}

function acme({ email, server = "production" }: Issuer, ingressClass: string) {
  return {
    acme: {
      email,
      server: letsEncrypt[server],
      privateKeySecretRef: { name: `${clusterIssuerName}-account` },
      solvers: [{ http01: { ingress: { ingressClassName: ingressClass } } }],
    },
  };
}
