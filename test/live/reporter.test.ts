import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { labelled } from "../e2e/cluster/reporter/cadvisor.ts";
import { pod } from "../e2e/cluster/reporter/pods.ts";
import { exposition, quantity } from "../e2e/cluster/reporter/samples.ts";
import { nextTime } from "../e2e/cluster/reporter/schedule.ts";

test("reports under no name that kube-state-metrics does not have", () => {
  const known = new Set<string>(JSON.parse(readFileSync(join(import.meta.dirname, "../rules/exporters/kube-state-metrics.json"), "utf8")).metrics);
  const folder = join(import.meta.dirname, "../e2e/cluster/reporter");
  const names = readdirSync(folder).flatMap((file) => [...readFileSync(join(folder, file), "utf8").matchAll(/"(kube_\w+)"/g)].map(([, name]) => name!));
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});

test.each([
  ["250m", 0.25],
  ["2", 2],
  ["160Mi", 160 * 2 ** 20],
  ["1k", 1000],
])("%s is %d", (text, value) => expect(quantity(text)).toBe(value));

test.each([
  ["17 3 * * *", "2026-03-02T03:17:00Z"],
  ["*/15 * * * *", "2026-03-01T12:15:00Z"],
  ["0 4 * * 0", "2026-03-08T04:00:00Z"],
  ["30 1-2,5 1 * *", "2026-04-01T01:30:00Z"],
])("%s is next due at %s", (schedule, due) => {
  expect(nextTime(schedule, Date.parse("2026-03-01T12:00:30Z"))).toBe(Date.parse(due) / 1000);
});

const container = { name: "app", image: "app:1", containerID: `containerd://${"a".repeat(64)}`, restartCount: 2, ready: false };
const crashed = {
  metadata: { namespace: "shop", name: "links-1", uid: "u" },
  spec: { containers: [{ name: "app", resources: { limits: { memory: "160Mi" } } }] },
  status: { phase: "Running", containerStatuses: [{ ...container, state: { waiting: { reason: "CrashLoopBackOff" } } }] },
};

test("a pod that crashes shows why it waits, its restarts and its limit", () => {
  const text = exposition(pod(crashed));
  expect(text).toContain('kube_pod_container_status_waiting_reason{namespace="shop",pod="links-1",uid="u",container="app",reason="CrashLoopBackOff"} 1');
  expect(text).toContain('kube_pod_container_status_restarts_total{namespace="shop",pod="links-1",uid="u",container="app"} 2');
  expect(text).toContain('resource="memory",unit="byte"} 167772160');
});

test("a container's cgroup gets its owner's labels, what is of other namespaces is left out", () => {
  const text = [
    "# TYPE container_memory_rss gauge",
    `container_memory_rss{container="",id="/kubepods/podu/${"a".repeat(64)}",image="",name="",namespace="",pod=""} 7 1795252439414`,
    `container_memory_rss{container="",id="/kubepods/podv/${"b".repeat(64)}",image="",name="",namespace="",pod=""} 8 1795252439414`,
    'container_memory_rss{container="",id="/kubepods/podu",image="",name="",namespace="shop",pod="links-1"} 9',
  ].join("\n");
  expect(labelled(text, [crashed], ["shop"]).trim().split("\n")).toEqual([
    "# TYPE container_memory_rss gauge",
    `container_memory_rss{container="app",namespace="shop",pod="links-1",image="app:1",id="/kubepods/podu/${"a".repeat(64)}",name=""} 7`,
    'container_memory_rss{container="",id="/kubepods/podu",image="",name="",namespace="shop",pod="links-1"} 9',
  ]);
});
