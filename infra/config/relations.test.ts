import { describe, expect, test } from "vitest";
import { problemsOf, type Raw } from "./changed-stack.ts";
import { neededConnections } from "./relations.ts";
import { web } from "./sections/web.ts";

const needed = (max: number) => neededConnections({ web: web.parse({ replicas: { max } }) });

const elastiCache = { region: "eu-central-1", vpcId: "vpc-0a1b", subnetIds: ["subnet-0a1b", "subnet-0a1c"], clientCidrs: ["10.0.0.0/16"] };

describe("values that are each right can be wrong together; the mend that is named mends", () => {
  test.each<[string, string, Raw, string, Raw]>([
    ["more at least than at most", "dev", { "web.replicas.min": 6 }, "is below slipway:web.replicas.min 6; raise it to at least 6", { "web.replicas.max": 6 }],
    [
      "a request longer than the drain",
      "dev",
      { "web.requestTimeoutSeconds": 30 },
      "raise shutdownSeconds to at least 31",
      { "web.drain.shutdownSeconds": 31 },
    ],
    [
      "fewer connections than pools",
      "dev",
      { "postgres.maxConnections": 20, worker: undefined },
      `raise it to at least ${needed(4)}`,
      { "postgres.maxConnections": needed(4) },
    ],
    [
      "fewer connections than pools and workers",
      "dev",
      { "postgres.maxConnections": needed(4) + 7, worker: {} },
      `raise it to at least ${needed(4) + 8}`,
      { "postgres.maxConnections": needed(4) + 8 },
    ],
    [
      "state that fills its memory",
      "dev",
      { "redis.state.maxMemory": "60Mi" },
      "60Mi exceeds 70 % of slipway:redis.state.memory 80Mi; raise memory to at least 86Mi, or lower maxMemory to at most 56Mi",
      { "redis.state.memory": "86Mi" },
    ],
    ["the same, lowered", "dev", { "redis.state.maxMemory": "60Mi" }, "lower maxMemory to at most 56Mi", { "redis.state.maxMemory": "56Mi" }],
    ["a cache that fills its memory", "dev", { "redis.cache.maxMemory": "79Mi" }, "raise memory to at least 93Mi", { "redis.cache.memory": "93Mi" }],
    ["a promotion of nobody", "dev", { "redis.state.promoteReplica": true }, "set replica to true", { "redis.state.replica": true }],
    ["ElastiCache for servers in the cluster", "dev", { "redis.managed": elastiCache }, "set mode to managed", { "redis.mode": "managed" }],
    ["ElastiCache without its place", "dev", { "redis.mode": "managed" }, "name region, vpcId, subnetIds and clientCidrs", { "redis.managed": elastiCache }],
    [
      "a copy that ElastiCache refuses",
      "dev",
      { "redis.mode": "managed", "redis.managed": elastiCache, "redis.state.backupSchedule": "47 3 * * *" },
      "leave it out, its own snapshots stay",
      { "redis.state.backupSchedule": undefined },
    ],
    ["a volume too small for a rewrite", "dev", { "redis.state.storage": "64Mi" }, "raise it to at least 96Mi", { "redis.state.storage": "96Mi" }],
    [
      "a limit below the request",
      "dev",
      { "web.resources.cpuLimit": "50m" },
      "50m is below slipway:web.resources.cpu 60m; raise it to at least 60m",
      { "web.resources.cpuLimit": "60m" },
    ],
    [
      "an image under a tag that never changes",
      "dev",
      { "image.build.push": false },
      "slipway:image.build.tag: latest is the same for every build",
      { "image.build.tag": "1.4.0" },
    ],
    [
      "a threshold between two buckets",
      "dev",
      { "objectives.latency.thresholdMilliseconds": 300 },
      "slipway:objectives.latency.thresholdMilliseconds: 300 is no bucket of http_request_duration_seconds, so nothing counts the requests below it; give 250 or 500.",
      { "objectives.latency.thresholdMilliseconds": 500 },
    ],
    [
      "an objective whose alerts can't fire",
      "dev",
      { "objectives.availability.target": 60 },
      "raise it to at least 93.06",
      { "objectives.availability.target": 93.06 },
    ],
    ["no image", "dev", { image: {} }, "names no image; set slipway:image.reference", { "image.reference": "links:1" }],
    ["two images", "dev", { "image.reference": "links:1" }, "has both reference and build", { "image.build": undefined }],
    [
      "ACME without a mail address",
      "dev",
      { "ingress.issuer": { kind: "acme" } },
      "slipway:ingress.issuer.email: is missing",
      { "ingress.issuer.email": "a@example.org" },
    ],
    [
      "an existing issuer without a name",
      "dev",
      { "ingress.issuer": { kind: "existing" } },
      "slipway:ingress.issuer.name: is missing",
      { "ingress.issuer.name": "ca" },
    ],
    [
      "a mail address that nobody reads",
      "dev",
      { "ingress.issuer.email": "a@example.org" },
      "means nothing for slipway:ingress.issuer.kind selfSigned",
      { "ingress.issuer.email": undefined },
    ],
    [
      "a lock inside the cluster",
      "dev",
      { "backups.objectLock": "governance" },
      "means nothing for slipway:backups.store inCluster",
      { "backups.objectLock": undefined },
    ],
    [
      "prod by tag",
      "prod",
      { "image.reference": "registry.example.org/links:1.2" },
      "is a tag, which can move; in prod name the digest",
      { "image.reference": `registry.example.org/links@sha256:${"0".repeat(64)}` },
    ],
    [
      "prod built by whoever deploys",
      "prod",
      { image: { build: { repository: "example.org/links" } } },
      "in prod set slipway:image.reference",
      { image: { reference: `l@sha256:${"0".repeat(64)}` } },
    ],
    [
      "prod with a certificate of its own",
      "prod",
      { "ingress.issuer": { kind: "selfSigned" } },
      "is trusted by no browser; in prod use acme or existing",
      { "ingress.issuer": { kind: "existing", name: "ca" } },
    ],
    ["prod on the staging authority", "prod", { "ingress.issuer.server": "staging" }, "in prod use production", { "ingress.issuer.server": "production" }],
    [
      "prod with backups that burn with the house",
      "prod",
      { backups: {} },
      "is lost together with the cluster; in prod use aws",
      { backups: { store: "aws", bucket: "links-backups", region: "eu-central-1", objectLock: "compliance" } },
    ],
    [
      "prod with backups that anybody deletes",
      "prod",
      { "backups.objectLock": undefined },
      "in prod use governance or compliance",
      { "backups.objectLock": "compliance" },
    ],
    [
      "a lock that ends before the retention",
      "prod",
      { "backups.objectLockDays": 34 },
      "is shorter than slipway:backups.retentionDays 35: a backup could be deleted before its time; raise it to at least 35",
      { "backups.objectLockDays": 35 },
    ],
    [
      "a retention that ends before the next drill",
      "prod",
      { "restoreDrill.schedule": "47 4 1 */2 *", "backups.retentionDays": 35 },
      "is over before the next drill of slipway:restoreDrill.schedule, up to 62 days later",
      { "restoreDrill.schedule": "47 4 1 * *", "backups.retentionDays": 35 },
    ],
    [
      "a drill without room to replay the log",
      "prod",
      { "restoreDrill.storage": "1Gi" },
      "1Gi is too little for a drill that goes back to a moment, as it does with slipway:backups.pointInTime; raise it to at least 2Gi",
      { "restoreDrill.storage": "2Gi" },
    ],
    [
      "a drill without memory to replay the log",
      "prod",
      { "restoreDrill.resources": { cpu: "100m", memory: "320Mi" } },
      "320Mi is too little for a drill that goes back to a moment",
      { "restoreDrill.resources": { cpu: "100m", memory: "384Mi" } },
    ],
    [
      "a copy in the same region",
      "prod",
      { "backups.replica.region": "eu-central-1" },
      "is the region of the bucket itself",
      { "backups.replica.region": "eu-north-1" },
    ],
    [
      "two ways to get a role",
      "prod",
      { "backups.oidcProvider": "arn:aws:iam::123456789012:oidc-provider/oidc.example.org" },
      "keep one of the two",
      { "backups.podIdentityCluster": undefined },
    ],
    [
      "words about a cluster that is none",
      "dev",
      { "postgres.cluster": { instances: 3 } },
      "slipway:postgres.cluster: means nothing for slipway:postgres.mode single",
      { "postgres.mode": "cluster" },
    ],
    [
      "writes that wait for the one follower",
      "dev",
      { "postgres.mode": "cluster", "postgres.cluster": { instances: 2, synchronous: true } },
      "lets every write wait while one of slipway:postgres.cluster.instances 2 is away; raise instances to at least 3",
      { "postgres.cluster": { instances: 3, synchronous: true } },
    ],
    [
      "a database of AWS that nobody describes",
      "dev",
      { "postgres.mode": "managed", "postgres.storage": "20Gi" },
      "slipway:postgres.managed: is missing; name region, network, instanceClass and authoritiesFile",
      {
        "postgres.managed": {
          region: "eu-central-1",
          vpcId: "vpc-0a1",
          subnetIds: ["subnet-1", "subnet-2"],
          subnetCidrs: ["10.0.0.0/20"],
          clientCidrs: ["10.0.0.0/16"],
          instanceClass: "db.t4g.small",
          authoritiesFile: "rds-ca.pem",
        },
      },
    ],
    ["prod alone", "prod", { "web.replicas.min": 1 }, "in prod use at least 2", { "web.replicas.min": 2 }],
    ["prod unprotected", "prod", { protectData: false }, "lets one command delete all data", { protectData: true }],
  ])("%s", (_, stack, mistake, message, mend) => {
    expect(problemsOf(stack, mistake).join("\n")).toContain(message);
    expect(problemsOf(stack, { ...mistake, ...mend })).toEqual([]);
  });
});
