import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { synth } from "../../plan/synth.ts";
import type { RuleFile } from "../prometheus/rule.ts";
import { ServiceLevel, type ServiceLevelArgs } from "./service-level.ts";

const args: ServiceLevelArgs = {
  namespace: "shop",
  service: "links",
  availability: { target: 99.9 },
  latency: { target: 99, thresholdMilliseconds: 250 },
  labels: { owner: "team-links" },
  annotations: { email: "team-links@example.org" },
  ruleLabels: { release: "kube-prometheus-stack" },
};

async function made(given: ServiceLevelArgs) {
  const resources = await synth(() => void new ServiceLevel("links-objectives", given));
  const manifests = resources.flatMap(({ manifest }) => (manifest ? [manifest] : []));
  expect(manifests).toHaveLength(1);
  return manifests[0]!;
}

test("with the operator it is one PrometheusRule that the operator finds", async () => {
  const rule = await made(args);
  expect(rule).toMatchObject({
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: {
      name: "links-objectives",
      namespace: "shop",
      labels: { release: "kube-prometheus-stack", owner: "team-links", "app.kubernetes.io/instance": "links-objectives" },
      annotations: { email: "team-links@example.org" },
    },
  });
  const names = (rule.spec as RuleFile).groups.map(({ name }) => name);
  expect(names).toEqual([
    ...["fast", "period", "slow"].map((group) => `links-availability-${group}`),
    ...["fast", "period", "slow"].map((group) => `links-latency-${group}`),
    "links-objectives-data",
  ]);
});

test("without it the same rules are a file in a ConfigMap", async () => {
  const map = await made({ ...args, prometheusOperator: false });
  expect(map).toMatchObject({ kind: "ConfigMap", metadata: { name: "links-objectives", labels: { release: "kube-prometheus-stack" } } });
  expect(JSON.parse(map.data["links-objectives.rules.yaml"])).toEqual((await made(args)).spec);
});

test("an objective that is not promised has no rules", async () => {
  const text = JSON.stringify(await made({ ...args, latency: undefined }));
  expect(text).not.toContain("Latency");
});

test("a namespace that is made by the same program stands in every expression", async () => {
  const rule = await made({ ...args, namespace: pulumi.output("later") });
  const unaware = (rule.spec as RuleFile).groups.flatMap((group) => group.rules).filter(({ expr }) => /\{/.test(expr) && !expr.includes('namespace="later"'));
  expect(unaware).toEqual([]);
});

test("what a release is judged by agrees with the page", async () => {
  let objectives: unknown;
  const resources = await synth(() => {
    new ServiceLevel("links-objectives", args).objectives.apply((value) => {
      objectives = value;
    });
  });
  expect(resources.length).toBeGreaterThan(0);
  expect(objectives).toEqual([
    expect.objectContaining({ name: "availability", target: 99.9, pageErrorRatio: expect.closeTo(0.0144, 10) }),
    expect.objectContaining({ name: "latency", errorRatioQuery: 'slo:error_ratio:5m{job="links",namespace="shop",objective="latency"}' }),
  ]);
});

test("mistakes are told at once, each with component, argument, value and mend", () => {
  expect(() => new ServiceLevel("links-objectives", { ...args, availability: { target: 100 }, latency: { target: 99, thresholdMilliseconds: 300 } })).toThrow(
    /^ServiceLevel "links-objectives": availability.target 100 .*\nServiceLevel "links-objectives": latency.thresholdMilliseconds 300 .* give 250 or 500\.$/,
  );
});
