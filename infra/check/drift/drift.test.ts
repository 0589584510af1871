import { expect, test } from "vitest";
import { strayedFindings, waitingFindings } from "./drift.ts";
import { changesOf } from "./steps.ts";

const urn = (type: string, name: string) => `urn:pulumi:prod::slipway::slipway:index:Postgres$${type}::${name}`;
const said = (...steps: [string, string, string][]) => JSON.stringify({ steps: steps.map(([op, type, name]) => ({ op, urn: urn(type, name) })) });
const stepsOf = (...steps: [string, string, string][]) => changesOf(said(...steps))!.steps;
const set = "kubernetes:apps/v1:StatefulSet";

test("what stays the same is no step, and a replacement is one", () => {
  expect(stepsOf(["same", set, "redis"], ["create-replacement", set, "postgres"], ["replace", set, "postgres"], ["delete-replaced", set, "postgres"])).toEqual([
    { op: "replace", kind: "StatefulSet", name: "postgres", holds: "volumes with data" },
  ]);
  expect(changesOf("error: no stack")).toBeUndefined();
});

test("a change by somebody else is red, and named", () => {
  expect(strayedFindings([], { stack: "prod" })).toMatchObject([{ status: "good" }]);
  expect(strayedFindings(stepsOf(["update", "kubernetes:core/v1:Service", "links"]), { stack: "prod" })).toMatchObject([
    { status: "bad", says: "Somebody else changed 1 resource: update Service links." },
  ]);
});

test("before up changes are what it is for, but for data that would go; after it none may wait", () => {
  const steps = stepsOf(["update", "kubernetes:apps/v1:Deployment", "links"], ["replace", set, "postgres"]);
  expect(waitingFindings(steps, false, "prod")).toMatchObject([
    { status: "good", says: expect.stringMatching(/up would change 2 resources/) },
    { status: "bad", says: "up would replace StatefulSet postgres, which holds volumes with data." },
  ]);
  expect(waitingFindings(steps, true, "prod")).toMatchObject([{ status: "bad" }]);
});
