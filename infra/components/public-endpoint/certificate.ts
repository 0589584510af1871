import { type Identity, named } from "../kubernetes/identity.ts";

/** Name of the Secret that cert-manager fills with the certificate and its key. */
export const tlsSecretName = (identity: Identity) => `${identity.name}-tls`;

/**
 * The certificate as an object of its own, not by an annotation of the Ingress: so the update can wait for it, and its renewal is
 * ours to state. An authority on the internet is not waited for: it needs the DNS record, which may follow the first update.
 */
export function certificate(identity: Identity, host: string, issuerRef: object, awaited: boolean) {
  const metadata = named(identity);
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: awaited ? { ...metadata, annotations: { ...metadata.annotations, "pulumi.com/waitFor": "condition=Ready" } } : metadata,
    spec: {
      secretName: tlsSecretName(identity),
      dnsNames: [host],
      issuerRef,
      duration: "2160h0m0s",
      renewBefore: "720h0m0s",
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      usages: ["digital signature", "server auth"],
    },
  };
}
