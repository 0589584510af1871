import { expect, test } from "vitest";
import { describe } from "./diagnosis.ts";
import { failuresOf, type PodStatus } from "./pods.ts";

const pod = (status: PodStatus["status"]): PodStatus => ({ metadata: { name: "links-1" }, status });

test("a migration's last words stand in the message", () => {
  const failures = failuresOf(
    pod({
      containerStatuses: [{ name: "migration", state: { terminated: { exitCode: 1, reason: "Error", message: "migration 0002_x.sql: statement 3\n" } } }],
    }),
  );
  expect(describe("links-migration", failures)).toMatch(/pod links-1, container migration: exit code 1\n {6}migration 0002_x\.sql: statement 3$/);
});

test("a container that crashes again and again says why it ended, not that it waits", () => {
  const lastState = { terminated: { exitCode: 137, reason: "OOMKilled" } };
  expect(failuresOf(pod({ containerStatuses: [{ name: "app", state: { waiting: { reason: "CrashLoopBackOff" } }, lastState }] }))).toEqual([
    { pod: "links-1", container: "app", reason: "CrashLoopBackOff, exit code 137, OOMKilled", message: undefined },
  ]);
});

test("an image that can't be pulled and a pod that fits nowhere are named", () => {
  expect(failuresOf(pod({ containerStatuses: [{ name: "app", state: { waiting: { reason: "ErrImagePull", message: "not found" } } }] }))).toMatchObject([
    { reason: "ErrImagePull", message: "not found" },
  ]);
  expect(failuresOf(pod({ conditions: [{ type: "PodScheduled", status: "False", message: "0/3 nodes: Insufficient cpu" }] }))).toMatchObject([
    { reason: "can't be scheduled: 0/3 nodes: Insufficient cpu" },
  ]);
});

test("healthy and starting containers are no failures", () => {
  expect(
    failuresOf(
      pod({
        containerStatuses: [
          { name: "app", ready: true, lastState: { terminated: { exitCode: 1 } } },
          { name: "other", state: { waiting: { reason: "ContainerCreating" } } },
          { name: "done", state: { terminated: { exitCode: 0 } } },
        ],
      }),
    ),
  ).toEqual([]);
});
