import { bytes, formatMemory } from "../components/kubernetes/quantities.ts";
import { dataShare } from "../components/redis/spec.ts";
import type { StackValues } from "./schema.ts";

/** A mistake between values that are each right. */
export interface RelationProblem {
  /** Path of the value to change first. */
  path: string[];
  /** What is wrong with it, both values in it, and the mend. */
  message: string;
}

/** Connections that each replica's pool may hold, as the application has it. */
const poolSize = 10;
/** For migrations, backups, the exporter and a person with psql. */
const reservedConnections = 15;

/** Connections for all replicas, one rollout's surplus replica, and the reserve. */
export function neededConnections(maxReplicas: number): number {
  return (maxReplicas + 1) * poolSize + reservedConnections;
}

export function relationProblems(config: StackValues): RelationProblem[] {
  return [
    ...workload(config),
    ...memory(config),
    ...source(config),
    ...backup(config),
    ...certificate(config),
    ...(config.environment === "prod" ? production(config) : []),
  ];
}

function problem(path: string, message: string): RelationProblem {
  return { path: path.split("."), message };
}

function* workload({ web, postgres }: StackValues): Generator<RelationProblem> {
  const { min, max } = web.replicas;
  if (max < min) yield problem("web.replicas.max", `is below slipway:web.replicas.min ${min}; raise it to at least ${min}, or lower min`);
  const drain = web.drain.shutdownSeconds;
  if (web.requestTimeoutSeconds >= drain) {
    yield problem(
      "web.requestTimeoutSeconds",
      `does not fit into slipway:web.drain.shutdownSeconds ${drain}: a request cut off in a release has failed; lower it below ${drain}, or raise shutdownSeconds to at least ${web.requestTimeoutSeconds + 1}`,
    );
  }
  const needed = neededConnections(max);
  if (postgres.maxConnections !== undefined && postgres.maxConnections < needed) {
    yield problem(
      "postgres.maxConnections",
      `is too few for slipway:web.replicas.max ${max}: ${max + 1} pools of ${poolSize} and ${reservedConnections} for the rest; raise it to at least ${needed}, or leave it out`,
    );
  }
}

function* memory({ redis }: StackValues): Generator<RelationProblem> {
  for (const purpose of ["cache", "state"] as const) {
    const { maxMemory, memory } = redis[purpose];
    const share = dataShare[purpose];
    if (bytes(maxMemory) > bytes(memory) * share) {
      yield problem(
        `redis.${purpose}.maxMemory`,
        `exceeds ${share * 100} % of slipway:redis.${purpose}.memory ${memory}; raise memory to at least ${formatMemory(bytes(maxMemory) / share)}, or lower maxMemory to at most ${atMost(bytes(memory) * share)}`,
      );
    }
  }
  const { maxMemory, storage } = redis.state;
  if (bytes(storage) < bytes(maxMemory) * 3) {
    yield problem(
      "redis.state.storage",
      `is less than three times slipway:redis.state.maxMemory ${maxMemory}, the file and its rewrite; raise it to at least ${formatMemory(bytes(maxMemory) * 3)}`,
    );
  }
}

const atMost = (amount: number) => `${Math.max(1, Math.floor(amount / 2 ** 20))}Mi`;

function* source({ image }: StackValues): Generator<RelationProblem> {
  if (!image.reference && !image.build)
    yield problem("image", "names no image; set slipway:image.reference to the digest that CI built, or slipway:image.build to build one now");
  if (image.reference && image.build) yield problem("image", "has both reference and build; keep the one you mean");
}

function* backup({ backups, environment }: StackValues): Generator<RelationProblem> {
  const onAws = backups.store === "aws";
  if (onAws && !backups.bucket)
    yield problem("backups.bucket", "is missing, and names on AWS are unique in the world; name one, such as example-links-backups");
  if (onAws && !backups.region) yield problem("backups.region", "is missing; name the region of the bucket, such as eu-central-1");
  for (const key of ["region", "objectLock", "podIdentityCluster"] as const) {
    if (!onAws && backups[key]) yield problem(`backups.${key}`, `means nothing for slipway:backups.store ${backups.store}; leave it out, or set store to aws`);
  }
  if (environment === "dev" && backups.objectLock === "compliance") {
    yield problem(
      "backups.objectLock",
      "locks backups even against their owner, in an environment that is meant to be destroyed; use governance, or leave it out",
    );
  }
}

function* certificate({ ingress: { issuer } }: StackValues): Generator<RelationProblem> {
  if (issuer.kind === "acme" && !issuer.email)
    yield problem("ingress.issuer.email", "is missing; an ACME authority wants to know whom to warn: set it to a mail address that somebody reads");
  if (issuer.kind === "existing" && !issuer.name) yield problem("ingress.issuer.name", "is missing; name the ClusterIssuer that exists");
  const foreign = { selfSigned: ["email", "server", "name"], acme: ["name"], existing: ["email", "server"] } as const;
  for (const key of foreign[issuer.kind]) {
    if (issuer[key] !== undefined)
      yield problem(`ingress.issuer.${key}`, `means nothing for slipway:ingress.issuer.kind ${issuer.kind}; leave it out, or change kind`);
  }
}

/** What is fine while trying things out, and careless where others rely on it. */
function* production({ image, ingress, backups, web, protectData }: StackValues): Generator<RelationProblem> {
  if (image.reference && !image.reference.includes("@sha256:")) {
    yield problem("image.reference", "is a tag, which can move; in prod name the digest, such as registry.example.org/links@sha256:<64 hex digits>");
  }
  if (image.build)
    yield problem("image.build", "builds on the machine of whoever deploys; in prod set slipway:image.reference to the digest that CI built and tested");
  if (ingress.issuer.kind === "selfSigned") yield problem("ingress.issuer.kind", "is trusted by no browser; in prod use acme or existing");
  if (ingress.issuer.server === "staging") yield problem("ingress.issuer.server", "is trusted by no browser; in prod use production");
  if (backups.store !== "aws") yield problem("backups.store", "is lost together with the cluster; in prod use aws");
  if (web.replicas.min < 2) yield problem("web.replicas.min", "leaves nobody while one replica is away; in prod use at least 2");
  if (protectData === false) yield problem("protectData", "lets one command delete all data; in prod leave it out, or set it to true");
}
