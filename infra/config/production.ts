import { problem, type RelationProblem } from "./relation-problem.ts";
import type { StackValues } from "./schema.ts";

interface ProductionRule {
  reads: readonly (keyof StackValues)[];
  problems(values: StackValues): Iterable<RelationProblem>;
}

/** What is fine while trying things out, and careless where others rely on it. */
export const productionRules: readonly ProductionRule[] = [
  { reads: ["image"], problems: testedImage },
  { reads: ["ingress"], problems: trustedCertificate },
  { reads: ["backups"], problems: farBackups },
  { reads: ["backups"], problems: lockedBackups },
  { reads: ["web"], problems: secondReplica },
  { reads: ["protectData"], problems: protectedData },
];

function* testedImage({ image }: StackValues): Generator<RelationProblem> {
  if (image.reference && !image.reference.includes("@sha256:")) {
    yield problem("image.reference", "is a tag, which can move; in prod name the digest, such as registry.example.org/links@sha256:<64 hex digits>");
  }
  if (image.build)
    yield problem("image.build", "builds on the machine of whoever deploys; in prod set slipway:image.reference to the digest that CI built and tested");
}

function* trustedCertificate({ ingress: { issuer } }: StackValues): Generator<RelationProblem> {
  if (issuer.kind === "selfSigned") yield problem("ingress.issuer.kind", "is trusted by no browser; in prod use acme or existing");
  if (issuer.server === "staging") yield problem("ingress.issuer.server", "is trusted by no browser; in prod use production");
}

function* farBackups({ backups }: StackValues): Generator<RelationProblem> {
  if (backups.store !== "aws") yield problem("backups.store", "is lost together with the cluster; in prod use aws");
}

function* lockedBackups({ backups }: StackValues): Generator<RelationProblem> {
  if (backups.store === "aws" && !backups.objectLock)
    yield problem("backups.objectLock", "is missing, so whoever takes over the account can delete every backup; in prod use governance or compliance");
}

function* secondReplica({ web }: StackValues): Generator<RelationProblem> {
  if (web.replicas.min < 2) yield problem("web.replicas.min", "leaves nobody while one replica is away; in prod use at least 2");
}

function* protectedData({ protectData }: StackValues): Generator<RelationProblem> {
  if (protectData === false) yield problem("protectData", "lets one command delete all data; in prod leave it out, or set it to true");
}
