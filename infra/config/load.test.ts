import { describe, expect, test } from "vitest";
import { nearestOf } from "../components/nearest.ts";
import { load, problemsOf, type Raw, rawOf } from "./changed-stack.ts";
import { loadStackConfig } from "./load.ts";

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

test("the nearest known key is named only when it is near", () => {
  expect(nearestOf("replica", ["replicas", "resources"])).toBe("replicas");
  expect(nearestOf("storag", ["storage", "storageClass"])).toBe("storage");
  expect(nearestOf("colour", ["replicas", "resources"])).toBeUndefined();
});
