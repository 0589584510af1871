import type { PolicyResource } from "@pulumi/policy";
import { describe, expect, test } from "vitest";
import { type Amount, nothing, plus } from "../../infra/check/capacity/amounts.ts";
import { type PlannedPods, plannedPods, plannedRuns } from "../../infra/check/capacity/pods.ts";
import { policies } from "../../infra/policy/policies.ts";
import { containersOf, objectsOf, planned, stacks, titleOf, workloadsOf } from "./objects.ts";

describe.each(stacks)("hardening of stack %s", (stack) => {
  test("the namespace admits restricted pods only, at a pinned version", async () => {
    const namespace = (await objectsOf(stack)).find(({ kind }) => kind === "Namespace")!;
    for (const mode of ["enforce", "audit", "warn"]) {
      expect(namespace.metadata.labels).toMatchObject({
        [`pod-security.kubernetes.io/${mode}`]: "restricted",
        [`pod-security.kubernetes.io/${mode}-version`]: expect.stringMatching(/^v1\.\d+$/),
      });
    }
  });

  test("the policy pack finds nothing to forbid", async () => {
    const violations: string[] = [];
    for (const resource of await planned(stack)) {
      for (const policy of policies) {
        const report = (message: string) => void violations.push(`${policy.name}: ${resource.type} ${resource.name}: ${message}`);
        const advisory = policy.enforcementLevel === "advisory" && stack === "dev";
        if (!advisory) await judge(policy, resource as unknown as PolicyResource, report);
      }
    }
    expect(violations).toEqual([]);
  });

  test("every container has its own user, requests, limits and scratch space", async () => {
    for (const workload of workloadsOf(await objectsOf(stack))) {
      expect(workload.pod.securityContext, titleOf(workload.object)).toMatchObject({ runAsUser: 10001, runAsGroup: 10001, runAsNonRoot: true });
      for (const { resources, imagePullPolicy } of containersOf(workload)) {
        for (const list of [resources.requests, resources.limits]) expect(Object.keys(list).sort()).toEqual(["cpu", "ephemeral-storage", "memory"]);
        expect(resources.requests.memory).toBe(resources.limits.memory);
        expect(imagePullPolicy).toBe("Always");
      }
    }
  });

  test("what lasts is probed for start, readiness and life, and not by the same question", async () => {
    for (const workload of workloadsOf(await objectsOf(stack)).filter(({ object }) => ["Deployment", "StatefulSet"].includes(object.kind))) {
      for (const { startupProbe, readinessProbe, livenessProbe, name } of workload.pod.containers) {
        expect([startupProbe, readinessProbe, livenessProbe].every(Boolean), `${titleOf(workload.object)} ${name}`).toBe(true);
        expect(JSON.stringify(readinessProbe)).not.toBe(JSON.stringify(livenessProbe));
        expect(livenessProbe.failureThreshold).toBeGreaterThanOrEqual(5);
      }
    }
  });

  test("no variable of any container holds or takes a secret", async () => {
    const values = workloadsOf(await objectsOf(stack)).flatMap((workload) => containersOf(workload).flatMap(({ env = [] }) => env));
    expect(values.filter(({ valueFrom }) => valueFrom?.secretKeyRef)).toEqual([]);
    expect(values.filter(({ value }) => JSON.stringify(value ?? "").includes("[secret]"))).toEqual([]);
  });

  test("a secret stands in Secrets and nowhere else", async () => {
    const leaks = (await objectsOf(stack)).filter((object) => object.kind !== "Secret" && JSON.stringify(object).includes("[secret]"));
    expect(leaks.map(titleOf)).toEqual([]);
    const open = (await objectsOf(stack))
      .filter(({ kind }) => kind === "Secret")
      .flatMap((secret) =>
        Object.entries({ ...secret.data, ...secret.stringData }).flatMap(([key, value]) => (value === "[secret]" ? [] : [`${titleOf(secret)}: ${key}`])),
      );
    expect(open).toEqual([]);
  });
});

/** As the scheduler counts: of what a pod does first only what exceeds the rest. */
const sumOf = (pods: readonly PlannedPods[]) => pods.flatMap((one) => Array<Amount>(one.least).fill(one.requests)).reduce(plus, nothing);

test("the dev stack fits a laptop: at most 600m CPU and 1.5 GiB memory in all, also while a backup is made", async () => {
  const manifests = (await planned("dev")).flatMap(({ manifest }) => manifest ?? []);
  const backups = plannedRuns(manifests).filter(({ title }) => /^CronJob .*backup/.test(title));
  expect(backups.length).toBeGreaterThan(0);
  const { cpu, memory } = sumOf([...plannedPods(manifests), ...backups]);
  expect(cpu).toBeLessThanOrEqual(600);
  expect(memory).toBeLessThanOrEqual(1.5 * 2 ** 30);
});

async function judge(policy: (typeof policies)[number], { type, name, urn, ...resource }: PolicyResource, report: (message: string) => void) {
  const { inputs, options } = resource as unknown as { inputs: Record<string, unknown>; options: Record<string, unknown> };
  // An image that is built in the same update has its digest only then; it is pinned to it by AppImage, which has its own test.
  const props = JSON.parse(JSON.stringify(inputs).replaceAll('"image":"[known after up]"', '"image":"built@sha256:0"'));
  const args = { type, name, urn, props, opts: { protect: false, ...options } } as never;
  for (const validate of [policy.validateResource].flat()) await validate?.(args, report);
}
