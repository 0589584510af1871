import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type Identity, named } from "../kubernetes/identity.ts";
import { poolerName } from "./pooler.ts";

/** Who signs for the server, as a client and the server need it. */
export interface ServerCertificate {
  /** Secret with `tls.crt`, `tls.key` and the authority's `ca.crt`; resolves when the certificate is there. */
  secretName: pulumi.Output<string>;
}

/** Ten years, so that no client's copy ends before the database does. */
const authorityDuration = "87600h0m0s";

/**
 * An authority of the database's own, and its server's certificate. Of its own, since whoever holds the key of an authority can be any
 * server that it signs for: this one's signs for this database alone, and is trusted by this database's clients only.
 */
export function serverCertificate(identity: Identity, opts: pulumi.CustomResourceOptions): ServerCertificate {
  const authority = `${identity.name}-authority`;
  const root = new k8s.apiextensions.CustomResource(`${identity.name}-root`, issuer(identity, `${identity.name}-root`, { selfSigned: {} }), opts);
  const signer = new k8s.apiextensions.CustomResource(authority, certificateAuthority(identity, authority), { ...opts, dependsOn: root });
  const signing = new k8s.apiextensions.CustomResource(`${authority}-issuer`, issuer(identity, authority, { ca: { secretName: authority } }), {
    ...opts,
    dependsOn: signer,
  });
  const leaf = serverLeaf(identity, authority, hostsOf(identity));
  const server = new k8s.apiextensions.CustomResource(`${identity.name}-certificate`, leaf, { ...opts, dependsOn: signing });
  return { secretName: server.metadata.apply(() => leaf.spec.secretName) };
}

/**
 * Services of the mode `single` and of the mode `cluster`. One certificate for both: where the mode changes, a server would else start with
 * the one before, which has another name, since an update can't see that a certificate is not yet the one that it asked for.
 */
export const hostsOf = (identity: Identity) => [...["", "-rw", "-ro", "-r"].map((suffix) => `${identity.name}${suffix}`), poolerName(identity)];

function issuer(identity: Identity, name: string, spec: object) {
  return { apiVersion: "cert-manager.io/v1", kind: "Issuer", metadata: named(identity, name), spec };
}

/** Metadata of what an update waits for: a pod that mounts a Secret that isn't there would wait with a less helpful message. */
function awaited(identity: Identity, name: string) {
  const metadata = named(identity, name);
  return { ...metadata, annotations: { ...metadata.annotations, "pulumi.com/waitFor": "condition=Ready" } };
}

function certificateAuthority(identity: Identity, name: string) {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: awaited(identity, name),
    spec: {
      secretName: name,
      isCA: true,
      commonName: name,
      issuerRef: { group: "cert-manager.io", kind: "Issuer", name: `${identity.name}-root` },
      duration: authorityDuration,
      renewBefore: "8760h0m0s",
      // With the same key, what it signed before its renewal is still trusted after it, by old and new copies alike.
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
      usages: ["cert sign", "crl sign"],
    },
  };
}

function serverLeaf(identity: Identity, authority: string, hosts: readonly string[]) {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: awaited(identity, `${identity.name}-server`),
    spec: {
      secretName: `${identity.name}-tls`,
      // CloudNativePG takes up a renewed certificate by itself when it is marked so.
      secretTemplate: { labels: { "cnpg.io/reload": "true" } },
      dnsNames: hosts.flatMap((host) => clusterNames(host, identity.namespace)),
      issuerRef: { group: "cert-manager.io", kind: "Issuer", name: authority },
      duration: "2160h0m0s",
      renewBefore: "720h0m0s",
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      usages: ["digital signature", "server auth"],
    },
  };
}

/** Every name by which pods may call a Service: of its own namespace, of another, and in full. */
function clusterNames(service: string, namespace: pulumi.Input<string>): pulumi.Input<string>[] {
  return [service, ...["", ".svc", ".svc.cluster.local"].map((suffix) => pulumi.interpolate`${service}.${namespace}${suffix}`)];
}
