/** Where a certificate comes from. */
export const IssuerKind = {
  /** Signed by itself: encrypted, trusted by nobody. For development. */
  selfSigned: "selfSigned",
  /** From an ACME authority such as Let's Encrypt, proved over HTTP. */
  acme: "acme",
  /** From a ClusterIssuer that the platform offers. */
  existing: "existing",
} as const;
export type IssuerKind = (typeof IssuerKind)[keyof typeof IssuerKind];

export interface CertificateIssuer {
  /** `selfSigned`, `acme` or `existing`. A change gets a new certificate. */
  kind: IssuerKind;
  /** For `acme`: address that the authority warns before a certificate ends. */
  email?: string;
  /** For `acme`: directory of the authority. Defaults to Let's Encrypt's production; its staging one has wider limits and is not trusted. */
  server?: string;
  /** For `existing`: name of the ClusterIssuer. */
  name?: string;
}

export const letsEncrypt = {
  production: "https://acme-v02.api.letsencrypt.org/directory",
  staging: "https://acme-staging-v02.api.letsencrypt.org/directory",
} as const;

/** The Issuer that the endpoint brings along; none for one that exists. */
export function ownIssuer(issuer: CertificateIssuer, className: string) {
  const base = { apiVersion: "cert-manager.io/v1", kind: "Issuer" };
  if (issuer.kind === IssuerKind.selfSigned) return { ...base, spec: { selfSigned: {} } };
  if (issuer.kind === IssuerKind.existing) return undefined;
  const acme = {
    email: issuer.email,
    server: issuer.server ?? letsEncrypt.production,
    privateKeySecretRef: { name: "acme-account" },
    solvers: [{ http01: { ingress: { ingressClassName: className } } }],
  };
  return { ...base, spec: { acme } };
}

export function issuerReference(issuer: CertificateIssuer, endpoint: string) {
  return issuer.kind === IssuerKind.existing
    ? { group: "cert-manager.io", kind: "ClusterIssuer", name: issuer.name }
    : { group: "cert-manager.io", kind: "Issuer", name: endpoint };
}
