import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { nearestOf } from "../components/nearest.ts";
import { loadStackConfig } from "./load.ts";
import { ConfigError } from "./messages.ts";
import { neededConnections } from "./relations.ts";
import { web } from "./sections/web.ts";

const needed = (max: number) => neededConnections({ web: web.parse({ replicas: { max } }) });

type Raw = Record<string, unknown>;

const elastiCache = { region: "eu-central-1", vpcId: "vpc-0a1b", subnetIds: ["subnet-0a1b", "subnet-0a1c"], clientCidrs: ["10.0.0.0/16"] };

/** What a stack file of the repository sets, without the project's prefix. */
function rawOf(stack: string): Raw {
  const { config } = parse(readFileSync(join(import.meta.dirname, "..", "..", `Pulumi.${stack}.yaml`), "utf8")) as { config: Raw };
  return Object.fromEntries(Object.entries(config).flatMap(([key, value]) => (key.startsWith("slipway:") ? [[key.slice("slipway:".length), value]] : [])));
}

/** A stack's values with some changed; a path such as `web.replicas.max` names one, `undefined` takes it away. */
function changed(stack: string, changes: Raw): Raw {
  const raw = structuredClone(rawOf(stack));
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split(".");
    const last = keys.pop()!;
    const at = keys.reduce<Raw>((object, key) => {
      object[key] ??= {};
      return object[key] as Raw;
    }, raw);
    if (value === undefined) delete at[last];
    else at[last] = value;
  }
  return raw;
}

const load = (stack: string, changes: Raw = {}, secretKeys: string[] = []) =>
  loadStackConfig(changed(stack, changes), { stack, project: "slipway", isSecret: (key) => secretKeys.includes(key) });

function problemsOf(stack: string, changes: Raw, secretKeys: string[] = []): readonly string[] {
  try {
    load(stack, changes, secretKeys);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
  return [];
}

test.each(["dev", "prod"])("the stack %s of the repository is right", (stack) => expect(problemsOf(stack, {})).toEqual([]));

test("the least a stack must say is who it is, where, what runs and under which name", () => {
  const least = {
    environment: "dev",
    service: { name: "links", owner: "team", email: "team@example.org" },
    cluster: { identifier: "dev" },
    image: { reference: "links:1" },
    ingress: { host: "links.example.org" },
  };
  const config = loadStackConfig(least, { stack: "me", project: "slipway", isSecret: () => false });
  expect(config).toMatchObject({
    namespace: "links-me",
    protectData: false,
    web: { replicas: { min: 2, max: 4 } },
    ingress: { issuer: { kind: "selfSigned" } },
  });
});

test("prod protects its data without being told", () => expect(load("prod").protectData).toBe(true));

describe("a mistake is told with its path, the value found and the mend", () => {
  test.each<[string, Raw, string]>([
    ["a key nobody reads", { "web.replicsa": 3 }, "slipway:web.replicsa: nobody reads this key; did you mean replicas?"],
    ["a key like no other", { "service.zzzzzzzzzz": 1 }, "slipway:service.zzzzzzzzzz: nobody reads this key; known here: name, owner, email."],
    ["an image of no catalogue", { "images.postgress": "a:1" }, "slipway:images.postgress: nobody reads this key; did you mean postgres?"],
    [
      "a value that is missing",
      { "service.owner": undefined },
      "slipway:service.owner: is missing; use letters, digits, -, _ and ., at most 63, such as team-links.",
    ],
    ["a section that is missing", { cluster: undefined }, "slipway:cluster: is missing; write it as a map of keys and values."],
    ["text for a number", { "web.replicas.max": "six" }, 'slipway:web.replicas.max: found "six"; give a whole number from 1 to 400.'],
    [
      "a number for text",
      { "postgres.resources.cpu": 1 },
      'slipway:postgres.resources.cpu: found 1; write a CPU quantity from 1m to 512, such as 250m or "1".',
    ],
    ["a quantity with a space", { "postgres.storage": "2 GB" }, 'slipway:postgres.storage: found "2 GB"; write an amount from 1Gi to 64Ti, such as 20Gi.'],
    ["a floating image", { "images.redis": "redis:latest" }, 'slipway:images.redis: found "redis:latest"; name an image with a fixed tag'],
    ["a schedule that never fires", { "backups.schedule": "0 0 30 2 *" }, 'slipway:backups.schedule: found "0 0 30 2 *"; it never fires'],
    [
      "everybody as a trusted proxy",
      { "web.trustedProxies": ["0.0.0.0/0"] },
      'slipway:web.trustedProxies[0]: found "0.0.0.0/0"; write the ingress controller\'s address range',
    ],
    [
      "an address instead of a host",
      { "ingress.host": "https://links" },
      'slipway:ingress.host: found "https://links"; write a host name without scheme, port and path, such as links.example.org.',
    ],
    ["a volume in the wrong unit", { "postgres.storage": "2Ei" }, 'slipway:postgres.storage: found "2Ei"; write an amount from 1Gi to 64Ti'],
    ["a database that can't start", { "postgres.resources.memory": "64Mi" }, 'found "64Mi"; write an amount from 128Mi to 64Ti, such as 512Mi.'],
    ["a namespace of the cluster", { namespace: "kube-system" }, 'slipway:namespace: found "kube-system"; belongs to the cluster'],
    ["a label that no API server takes", { "alerts.ruleLabels": { release: "a b" } }, 'slipway:alerts.ruleLabels.release: found "a b"; write a map of labels'],
    ["a label's key likewise", { "dashboards.labels": { "a b": "1" } }, "slipway:dashboards.labels.a b: this key can't be a name; write a map of labels"],
    ["scrapes too rare for the alerts' windows", { "cluster.scrapeInterval": "10m" }, 'found "10m"; write a time from 5s to 1m, such as 30s.'],
    ["an objective of 100 %", { "objectives.availability.target": 100 }, "slipway:objectives.availability.target: found 100; give a percentage below 100"],
  ])("%s", (_, changes, message) => {
    const problems = problemsOf("dev", changes);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  test("all at once", () => {
    const problems = problemsOf("dev", { "web.replicas.min": 0, "postgres.storage": "x", "ingress.host": "", colour: "red" });
    expect(problems.map((problem) => problem.split(": ")[0]).sort()).toEqual([
      "slipway:colour",
      "slipway:ingress.host",
      "slipway:postgres.storage",
      "slipway:web.replicas.min",
    ]);
  });
});

test("what is wrong between values is told beside what is wrong with others", () => {
  const problems = problemsOf("dev", { "ingress.host": "", "web.replicas.min": 9, "redis.state.maxMemory": "79Mi" });
  expect(problems.map((problem) => problem.split(": ")[0])).toEqual(["slipway:ingress.host", "slipway:web.replicas.max", "slipway:redis.state.maxMemory"]);
});

test("a namespace leaves room for that of the drills", () => {
  const read = (length: number) => () => loadStackConfig({ ...rawOf("dev"), namespace: "n".repeat(length) }, { stack: "dev", project: "slipway" });
  expect(read(58)).toThrow(/slipway:namespace: .*makes "n+-drill", the namespace of drills, longer than 63 characters; set one of at most 57/);
  expect(read(57)).not.toThrow();
});

test("a stack whose name can't name a namespace is told so before the API server does", () => {
  const read = () => loadStackConfig(rawOf("dev"), { stack: "Feature_7", project: "slipway" });
  expect(read).toThrow(/slipway:namespace: is missing, and "links-Feature_7", made of service and stack, can't name one; set it, such as to links-preview\./);
});

test("a key under a misspelled project is not passed over", () => {
  const read = () => loadStackConfig(rawOf("dev"), { stack: "dev", project: "slipway", others: ["aws:region", "slipwy:web"] });
  expect(read).toThrow(/One mistake[\s\S]*slipwy:web: nobody reads this key; did you mean slipway:web\?/);
});

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

describe("secrets", () => {
  const secrets = { secrets: { app: { API_TOKEN: "hunter2" } } };

  test("arrive as secret outputs", async () => {
    const { secrets: read } = load("dev", secrets, ["secrets"]);
    expect(await pulumi.isSecret(read.API_TOKEN!)).toBe(true);
  });

  test("in plain text are refused, with the command that encrypts them and without their value", () => {
    const [problem] = problemsOf("dev", secrets);
    expect(problem).toContain("pulumi config set --secret --path 'slipway:secrets.app.<NAME>'");
    expect(problem).not.toContain("hunter2");
  });

  test("anywhere else are refused", () => {
    expect(problemsOf("dev", {}, ["service"])[0]).toMatch(/^slipway:service: holds a secret, which only slipway:secrets may/);
  });

  test("anywhere else stay out of every message", () => {
    const problems = problemsOf("dev", { "service.owner": "hunter 2", "service.email": "hunter3" }, ["service"]);
    expect(problems.length).toBeGreaterThan(1);
    expect(problems.join()).not.toMatch(/hunter/);
  });

  test("stay out of the message that a wrong one brings", () => {
    const problems = problemsOf("dev", { secrets: { app: { API_TOKEN: ["hunter2"], "api-token": "hunter3" } } }, ["secrets"]);
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toMatch(/hunter/);
  });
});

test("the nearest known key is named only when it is near", () => {
  expect(nearestOf("replica", ["replicas", "resources"])).toBe("replicas");
  expect(nearestOf("storag", ["storage", "storageClass"])).toBe("storage");
  expect(nearestOf("colour", ["replicas", "resources"])).toBeUndefined();
});
