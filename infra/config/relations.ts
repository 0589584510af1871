import { bytes, cpuMillis, formatMemory } from "../components/kubernetes/quantities.ts";
import { longestGapHours } from "../components/kubernetes/schedule.ts";
import { dataShare } from "../components/redis/spec.ts";
import { leastForMoments } from "../components/restore-drill/spec.ts";
import { requestDurationBuckets } from "../components/service-level/objective.ts";
import { objectiveProblems } from "../components/service-level/problems.ts";
import { alertRouting } from "./alert-routing.ts";
import { productionRules } from "./production.ts";
import { problem, type RelationProblem } from "./relation-problem.ts";
import type { StackValues } from "./schema.ts";
import { workerPoolSize } from "./sections/worker.ts";

/** Connections that each replica's pool may hold, as the application has it. */
const poolSize = 10;
/** For migrations, backups, the exporter and a person with psql. */
const reservedConnections = 15;

/** Connections for all replicas and workers, one rollout's surplus replica of each, and the reserve. */
export function neededConnections({ web, worker }: Pick<StackValues, "web" | "worker">): number {
  const forWorkers = worker ? (worker.replicas + 1) * workerPoolSize : 0;
  return (web.replicas.max + 1) * poolSize + forWorkers + reservedConnections;
}

/** A rule over some sections. It is applied when these could be read, whatever is wrong with the others. */
interface Relation {
  reads: readonly Section[];
  problems(values: StackValues): Iterable<RelationProblem>;
}
type Section = keyof StackValues;

function relation<const S extends Section>(reads: readonly S[], problems: (values: Pick<StackValues, S>) => Iterable<RelationProblem>): Relation {
  return { reads, problems };
}

const relations: readonly Relation[] = [
  relation(["web"], replicas),
  relation(["web"], drain),
  relation(["web"], rollout),
  relation(["web", "postgres"], connections),
  relation(["web"], ({ web }) => cpuLimit("web.resources", web.resources)),
  relation(["worker"], ({ worker }) => (worker ? cpuLimit("worker.resources", worker.resources) : [])),
  relation(["postgres"], ({ postgres }) => cpuLimit("postgres.resources", postgres.resources)),
  relation(["postgres"], databaseMode),
  relation(["redis"], memory),
  relation(["redis"], redisMode),
  relation(["image"], source),
  relation(["backups"], backup),
  relation(["backups", "environment"], lock),
  relation(["backups", "restoreDrill"], drills),
  relation(["backups", "postgres"], pointInTime),
  relation(["restoreDrill"], ({ restoreDrill }) => cpuLimit("restoreDrill.resources", restoreDrill.resources)),
  relation(["restoreFrom", "secrets"], otherBucket),
  relation(["ingress"], certificate),
  relation(["objectives"], promises),
  relation(["alerts", "secrets"], alertRouting),
  ...productionRules.map(({ reads, problems }) =>
    relation(["environment", ...reads], (values) => (values.environment === "prod" ? problems(values as StackValues) : [])),
  ),
];

/** Every mistake between values of the sections that could be read. */
export function relationProblems(values: Partial<StackValues>): RelationProblem[] {
  return relations
    .filter(({ reads }) => reads.every((section) => Object.hasOwn(values, section)))
    .flatMap(({ problems }) => [...problems(values as StackValues)]);
}

function* replicas({ web }: Pick<StackValues, "web">): Generator<RelationProblem> {
  const { min, max } = web.replicas;
  if (max < min) yield problem("web.replicas.max", `is below slipway:web.replicas.min ${min}; raise it to at least ${min}, or lower min to at most ${max}`);
}

function* drain({ web }: Pick<StackValues, "web">): Generator<RelationProblem> {
  const { shutdownSeconds } = web.drain;
  if (web.requestTimeoutSeconds < shutdownSeconds) return;
  yield problem(
    "web.requestTimeoutSeconds",
    `does not fit into slipway:web.drain.shutdownSeconds ${shutdownSeconds}: a request cut off in a release has failed; lower it below ${shutdownSeconds}, or raise shutdownSeconds to at least ${web.requestTimeoutSeconds + 1}`,
  );
}

function* rollout({ web }: Pick<StackValues, "web">): Generator<RelationProblem> {
  const { preStopSeconds } = web.drain;
  // A pod is only counted as available some seconds after its first probe, so less would fail every rollout.
  if (web.rolloutDeadlineSeconds > preStopSeconds + 25) return;
  yield problem(
    "web.rolloutDeadlineSeconds",
    `is over before pods that leave after slipway:web.drain.preStopSeconds ${preStopSeconds} can be replaced; raise it to at least ${preStopSeconds + 30}`,
  );
}

/** A section that may be left out is no condition of a rule that reads it. */
function* connections({ web, worker, postgres }: Pick<StackValues, "web" | "worker" | "postgres">): Generator<RelationProblem> {
  const { max } = web.replicas;
  const needed = neededConnections({ web, worker });
  if (postgres.maxConnections === undefined || postgres.maxConnections >= needed) return;
  yield problem(
    "postgres.maxConnections",
    `is too few for slipway:web.replicas.max ${max}: ${max + 1} pools of ${poolSize}${worker ? `, ${worker.replicas + 1} of ${workerPoolSize} for workers` : ""} and ${reservedConnections} for the rest; raise it to at least ${needed}, or leave it out`,
  );
}

function* cpuLimit(path: string, { cpu, cpuLimit }: { cpu: string; cpuLimit?: string }): Generator<RelationProblem> {
  if (cpuLimit !== undefined && cpuMillis(cpuLimit) < cpuMillis(cpu)) {
    yield problem(`${path}.cpuLimit`, `is below slipway:${path}.cpu ${cpu}; raise it to at least ${cpu}, or leave it out`);
  }
}

/** The component knows best what a mode needs; here is what the config can say sooner. */
function* databaseMode({ postgres }: Pick<StackValues, "postgres">): Generator<RelationProblem> {
  const { cluster, managed, mode, storage } = postgres;
  for (const other of ["cluster", "managed"] as const) {
    if (other !== mode && postgres[other]) yield problem(`postgres.${other}`, `means nothing for slipway:postgres.mode ${mode}; leave it out, or change mode`);
  }
  if (mode === "managed" && !managed) yield problem("postgres.managed", "is missing; name region, network, instanceClass and authoritiesFile of the database");
  if (mode === "managed" && bytes(storage) < 20 * 2 ** 30) yield problem("postgres.storage", "is less than RDS gives; raise it to at least 20Gi");
  if (mode === "cluster" && cluster?.synchronous && cluster.instances < 3) {
    yield problem(
      "postgres.cluster.synchronous",
      `lets every write wait while one of slipway:postgres.cluster.instances ${cluster.instances} is away; raise instances to at least 3, or leave it out`,
    );
  }
}

function* memory({ redis }: Pick<StackValues, "redis">): Generator<RelationProblem> {
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

function* redisMode({ redis }: Pick<StackValues, "redis">): Generator<RelationProblem> {
  const { managed, mode, state } = redis;
  if (mode === "single" && managed) yield problem("redis.managed", "means nothing for slipway:redis.mode single; leave it out, or set mode to managed");
  if (mode === "managed" && !managed) yield problem("redis.managed", "is missing; name region, vpcId, subnetIds and clientCidrs of the servers");
  if (mode === "managed" && state.backupSchedule) {
    yield problem(
      "redis.state.backupSchedule",
      "can't be kept: ElastiCache lets nobody copy; leave it out, its own snapshots stay slipway:redis.managed.snapshotDays",
    );
  }
  if (!state.promoteReplica) return;
  if (mode === "managed")
    yield problem("redis.state.promoteReplica", "means nothing for slipway:redis.mode managed, where a replica takes over by itself; leave it out");
  else if (!state.replica) yield problem("redis.state.promoteReplica", "needs slipway:redis.state.replica; set replica to true, or leave it out");
}

const atMost = (amount: number) => `${Math.max(1, Math.floor(amount / 2 ** 20))}Mi`;

function* source({ image }: Pick<StackValues, "image">): Generator<RelationProblem> {
  if (!image.reference && !image.build)
    yield problem("image", "names no image; set slipway:image.reference to the digest that CI built, or slipway:image.build to build one now");
  if (image.reference && image.build) yield problem("image", "has both reference and build; keep the one you mean");
  if (image.build && !image.build.push && image.build.tag === "latest") {
    yield problem(
      "image.build.tag",
      "is the same for every build, and an image that is not pushed has no digest, so pods would keep the old one; set a tag that changes, such as 1.4.0, or set push to true",
    );
  }
}

function* backup({ backups }: Pick<StackValues, "backups">): Generator<RelationProblem> {
  const onAws = backups.store === "aws";
  if (onAws && !backups.bucket)
    yield problem("backups.bucket", "is missing, and names on AWS are unique in the world; name one, such as example-links-backups");
  if (onAws && !backups.region) yield problem("backups.region", "is missing; name the region of the bucket, such as eu-central-1");
  for (const key of ["region", "objectLock", "objectLockDays", "breakGlassPrincipal", "replica", "podIdentityCluster", "oidcProvider"] as const) {
    if (!onAws && backups[key]) yield problem(`backups.${key}`, `means nothing for slipway:backups.store ${backups.store}; leave it out, or set store to aws`);
  }
  yield* lockDays(backups);
  if (onAws && backups.replica && backups.replica.region === backups.region)
    yield problem("backups.replica.region", "is the region of the bucket itself, lost together with it; name another one");
  if (onAws && backups.podIdentityCluster && backups.oidcProvider)
    yield problem("backups.oidcProvider", "gives pods a second role beside slipway:backups.podIdentityCluster; keep one of the two");
}

function* lockDays({ objectLock, objectLockDays: days, retentionDays }: StackValues["backups"]): Generator<RelationProblem> {
  if (days === undefined) return;
  if (!objectLock) yield problem("backups.objectLockDays", "has no effect without slipway:backups.objectLock; set that, or leave the days out");
  else if (days < retentionDays)
    yield problem(
      "backups.objectLockDays",
      `is shorter than slipway:backups.retentionDays ${retentionDays}: a backup could be deleted before its time; raise it to at least ${retentionDays}, or leave it out`,
    );
}

function* lock({ backups, environment }: Pick<StackValues, "backups" | "environment">): Generator<RelationProblem> {
  if (environment === "dev" && backups.objectLock === "compliance") {
    yield problem(
      "backups.objectLock",
      "locks backups even against their owner, in an environment that is meant to be destroyed; use governance, or leave it out",
    );
  }
}

function* otherBucket({ restoreFrom, secrets: { restore } }: Pick<StackValues, "restoreFrom" | "secrets">): Generator<RelationProblem> {
  if (!restoreFrom) return;
  const { bucket, endpoint, region } = restoreFrom;
  for (const key of ["region", "endpoint", "prefix"] as const) {
    if (!bucket && restoreFrom[key] !== undefined)
      yield problem(`restoreFrom.${key}`, "means nothing without slipway:restoreFrom.bucket; name the bucket too, or leave it out");
  }
  if (bucket && !region && !endpoint) yield problem("restoreFrom.region", "is missing; name the region of the bucket, such as eu-central-1");
  if ((restore.accessKeyId === undefined) !== (restore.secretAccessKey === undefined)) {
    const missing = restore.accessKeyId === undefined ? "accessKeyId" : "secretAccessKey";
    yield problem(`secrets.restore.${missing}`, `is missing; set it with: pulumi config set --secret --path 'slipway:secrets.restore.${missing}' <value>`);
  }
  if (bucket && endpoint && restore.accessKeyId === undefined)
    yield problem("secrets.restore.accessKeyId", "is missing, and a store outside AWS knows nobody without a key; set accessKeyId and secretAccessKey");
}

/** The log reaches back only as far as the oldest copy of the files from which it is replayed. */
function* pointInTime({ backups, postgres }: Pick<StackValues, "backups" | "postgres">): Generator<RelationProblem> {
  if (!backups.pointInTime) return;
  if (postgres.mode !== "single")
    yield problem("backups.pointInTime", `means nothing for slipway:postgres.mode ${postgres.mode}, which keeps a log of its own; leave it out`);
  const gapDays = Math.ceil(longestGapHours(backups.pointInTime.baseSchedule) / 24);
  if (backups.retentionDays > gapDays) return;
  yield problem(
    "backups.pointInTime.baseSchedule",
    `leaves up to ${gapDays} days between two copies, and slipway:backups.retentionDays ${backups.retentionDays} would remove the only one; copy more often, or raise retentionDays to at least ${gapDays + 1}`,
  );
}

/** A drill's evidence lies beside the backups, and goes when they go. */
function* drills({ backups, restoreDrill }: Pick<StackValues, "backups" | "restoreDrill">): Generator<RelationProblem> {
  const names = restoreDrill.invariants.map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0) yield problem(`restoreDrill.invariants[${twice}].name`, "is given twice; give each invariant a name of its own");
  if (backups.pointInTime) yield* roomForMoments(restoreDrill);
  const gapDays = Math.ceil(longestGapHours(restoreDrill.schedule) / 24);
  if (backups.retentionDays >= gapDays) return;
  yield problem(
    "backups.retentionDays",
    `is over before the next drill of slipway:restoreDrill.schedule, up to ${gapDays} days later: backups would go that no drill has seen; raise it to at least ${gapDays}, or drill more often`,
  );
}

/** Where the log is archived, a drill replays it too. */
function* roomForMoments({ resources, storage }: StackValues["restoreDrill"]): Generator<RelationProblem> {
  const missing = (key: string, given: string, least: number) =>
    problem(
      `restoreDrill.${key}`,
      `${given} is too little for a drill that goes back to a moment, as it does with slipway:backups.pointInTime; raise it to at least ${formatMemory(least)}`,
    );
  if (bytes(storage) < leastForMoments.storage) yield missing("storage", storage, leastForMoments.storage);
  if (bytes(resources.memory) < leastForMoments.memory) yield missing("resources.memory", resources.memory, leastForMoments.memory);
}

function* certificate({ ingress: { issuer } }: Pick<StackValues, "ingress">): Generator<RelationProblem> {
  if (issuer.kind === "acme" && !issuer.email)
    yield problem("ingress.issuer.email", "is missing; an ACME authority wants to know whom to warn: set it to a mail address that somebody reads");
  if (issuer.kind === "existing" && !issuer.name) yield problem("ingress.issuer.name", "is missing; name the ClusterIssuer that exists");
  const foreign = { selfSigned: ["email", "server", "name"], acme: ["name"], existing: ["email", "server"] } as const;
  for (const key of foreign[issuer.kind]) {
    if (issuer[key] !== undefined)
      yield problem(`ingress.issuer.${key}`, `means nothing for slipway:ingress.issuer.kind ${issuer.kind}; leave it out, or change kind`);
  }
}

/** The service level knows best what can be alerted on; its findings name the argument first. */
function* promises({ objectives }: Pick<StackValues, "objectives">): Generator<RelationProblem> {
  const wanted = { ...objectives, minimumEvents: objectives.minimumEvents ?? 1, bucketsSeconds: requestDurationBuckets };
  for (const { argument, says } of objectiveProblems(wanted)) yield problem(argument === "" ? "objectives" : `objectives.${argument}`, says);
}
