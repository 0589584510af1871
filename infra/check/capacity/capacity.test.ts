import { expect, test } from "vitest";
import { amountText, requestsOf } from "./amounts.ts";
import { roomFindings, runFindings } from "./capacity.ts";
import { freeNodes, nodeFindings } from "./nodes.ts";
import { isPlanned, type PlannedPods, plannedPods } from "./pods.ts";
import { quantity } from "./quantity.ts";
import { judge } from "./storage.ts";

const mebibyte = 2 ** 20;
const node = (name: string, cpu: string, memory: string, extra: object = {}) => ({
  metadata: { name },
  spec: {},
  status: { allocatable: { cpu, memory, pods: "110" }, conditions: [{ type: "Ready", status: "True" }] },
  ...extra,
});
const podOf = (nodeName: string, cpu: string, memory: string, instance = "other") => ({
  metadata: { namespace: "links-prod", labels: { "app.kubernetes.io/instance": instance } },
  spec: { nodeName, containers: [{ resources: { requests: { cpu, memory } } }] },
  status: { phase: "Running" },
});
const group = (memory: number, more: Partial<PlannedPods> = {}): PlannedPods => ({
  title: "Deployment links",
  requests: { cpu: 100, memory: memory * mebibyte },
  least: 2,
  most: 2,
  surges: true,
  ...more,
});
const manifest = (kind: string, name: string, spec: object) => ({ apiVersion: "apps/v1", kind, metadata: { name, namespace: "links-prod" }, spec });

test("quantities as a cluster prints them", () => {
  expect(["1900m", "2", "250u", "1e3", 4].map(quantity)).toEqual([1.9, 2, 0.00025, 1000, 4]);
  expect(quantity("23043Ki")).toBe(23043 * 1024);
});

test("a pod requests what runs together, or its largest first step, and sidecars with both", () => {
  const of = (memory: string, more: object = {}) => ({ resources: { requests: { cpu: "10m", memory } }, ...more });
  expect(amountText(requestsOf({ containers: [of("100Mi"), of("50Mi")], initContainers: [of("120Mi")] }))).toBe("20m CPU and 150Mi");
  expect(amountText(requestsOf({ containers: [of("100Mi")], initContainers: [of("300Mi"), of("20Mi", { restartPolicy: "Always" })] }))).toBe(
    "20m CPU and 320Mi",
  );
});

test("a node's room is what others leave; the stack's own pods are counted by the plan, and ended ones not at all", () => {
  const own = isPlanned([manifest("Deployment", "links", {})]);
  const ended = { ...podOf("one", "1", "1Gi"), status: { phase: "Succeeded" } };
  const [free] = freeNodes([node("one", "2", "4Gi")], [podOf("one", "500m", "1Gi"), podOf("one", "1", "2Gi", "links"), ended], own);
  expect(amountText(free!.free)).toBe("1500m CPU and 3Gi");
});

test("nodes that are cordoned, tainted or not ready take nothing, and the last is red", () => {
  const lost = node("lost", "2", "4Gi", { status: { conditions: [{ type: "Ready", status: "Unknown", message: "Kubelet stopped posting" }] } });
  const nodes = [
    node("cordoned", "2", "4Gi", { spec: { unschedulable: true } }),
    node("tainted", "2", "4Gi", { spec: { taints: [{ effect: "NoSchedule" }] } }),
    lost,
  ];
  expect(freeNodes(nodes, [], () => false)).toEqual([]);
  expect(nodeFindings(nodes)).toMatchObject([{ status: "bad", says: "Node lost is not ready: Kubelet stopped posting." }]);
});

test("replicas are the autoscaler's, where there is one", () => {
  const template = { spec: { containers: [{ resources: { requests: { cpu: "100m", memory: "64Mi" } } }] } };
  const scaler = manifest("HorizontalPodAutoscaler", "links-scaling", { scaleTargetRef: { name: "links" }, minReplicas: 3, maxReplicas: 12 });
  expect(plannedPods([manifest("Deployment", "links", { template }), scaler, manifest("StatefulSet", "postgres", { replicas: 1, template })])).toMatchObject([
    { title: "Deployment links", least: 3, most: 12, surges: true },
    { title: "StatefulSet postgres", least: 1, most: 1, surges: false },
  ]);
});

test("memory that is there in sum and on no node is no room", () => {
  const nodes = freeNodes([node("one", "2", "512Mi"), node("two", "2", "512Mi")], [], () => false);
  expect(roomFindings([group(600, { least: 1, most: 1 })], nodes)).toMatchObject([
    {
      status: "bad",
      says: expect.stringMatching(/100m CPU and 600Mi meet 4 CPU and 1Gi free on 2 nodes: a pod of Deployment links, with 100m CPU and 600Mi, fits on none/),
    },
  ]);
});

test("a rollout needs one pod more, and the autoscaler room for the most", () => {
  const nodes = freeNodes([node("one", "2", "1Gi")], [], () => false);
  expect(roomFindings([group(400)], nodes).map(({ status }) => status)).toEqual(["good", "bad"]);
  expect(roomFindings([group(300)], nodes).map(({ status }) => status)).toEqual(["good"]);
  expect(roomFindings([group(300, { most: 9 })], nodes)).toMatchObject([
    { status: "good" },
    { status: "warning", says: expect.stringMatching(/900m CPU and 2700Mi/) },
  ]);
});

test("a job that fits nowhere beside what lasts is red", () => {
  const nodes = freeNodes([node("one", "2", "1Gi")], [], () => false);
  const drill = group(600, { title: "CronJob restore-drill", least: 1, surges: false });
  expect(runFindings([group(300)], [drill], nodes)).toMatchObject([
    { status: "bad", says: expect.stringMatching(/CronJob restore-drill needs 100m CPU and 600Mi for a while/) },
  ]);
  expect(runFindings([group(200)], [drill], nodes)).toEqual([]);
});

test("volumes: no class, a class that is missing, one that has to grow and one that can't", () => {
  const classes = [
    { metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } }, allowVolumeExpansion: true },
    { metadata: { name: "fixed" } },
  ];
  const claim = { name: "data-postgres-0", namespace: "links-prod", size: "20Gi" };
  const has = (storage: string, storageClassName: string) => ({
    metadata: { namespace: "links-prod" },
    spec: { storageClassName },
    status: { capacity: { storage } },
  });
  expect(judge(claim, classes, undefined).status).toBe("good");
  expect(judge(claim, [classes[1]], undefined)).toMatchObject({ status: "bad", says: expect.stringMatching(/no default/) });
  expect(judge({ ...claim, storageClass: "gp3" }, classes, undefined)).toMatchObject({ status: "bad", mend: "Use one of standard, fixed." });
  expect(judge(claim, classes, has("20Gi", "standard")).status).toBe("good");
  expect(judge(claim, classes, has("10Gi", "standard")).mend).toMatch(
    /patch pvc data-postgres-0 --patch '{"spec":{"resources":{"requests":{"storage":"20Gi"}}}}'/,
  );
  expect(judge(claim, classes, has("10Gi", "fixed")).mend).toMatch(/backup and restore/);
});
