import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import type { ServiceBinding } from "../binding.ts";
import { admitClient, workloadPolicy } from "./network.ts";

const identity = { name: "links", kind: "web-service", component: "web", namespace: "links" };
const binding: ServiceBinding = { name: "postgres", namespace: "data", host: "postgres", port: 5432 };

test("a binding opens its port to its pods, in their namespace, and to nothing else", () => {
  const { spec } = workloadPolicy(identity, [], [{ ...binding, podSelector: { app: "pg" } }]) as { spec: { egress: unknown[] } };
  expect(spec.egress).toEqual([
    {
      to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "data" } }, podSelector: { matchLabels: { app: "pg" } } }],
      ports: [{ port: 5432, protocol: "TCP" }],
    },
  ]);
});

test("what a client has to reach besides is opened at its own port alone", () => {
  const agent = { cidrs: ["169.254.170.23/32"], port: 80 };
  const bucket = { ...binding, port: 443, cidrs: ["0.0.0.0/0"], alsoReaches: [agent] };
  const { spec } = workloadPolicy(identity, [], [bucket]) as { spec: { egress: unknown[] } };
  expect(spec.egress).toEqual([
    { to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 443, protocol: "TCP" }] },
    { to: [{ ipBlock: { cidr: "169.254.170.23/32" } }], ports: [{ port: 80, protocol: "TCP" }] },
  ]);
});

test("a binding that says neither pods nor addresses is refused: it would open the port to everybody", () => {
  expect(() => workloadPolicy(identity, [], [binding])).toThrow(/ServiceBinding "postgres": has neither podSelector nor cidrs/);
  expect(() => workloadPolicy(identity, [], [{ ...binding, cidrs: [] }])).toThrow(/neither podSelector nor cidrs/);
});

test("the client opens the far end of what it uses, and leaves alone what lets its clients in by itself", async () => {
  const made: { namespace: string; name: string }[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ inputs, name }) => {
      made.push(inputs.metadata);
      return { id: name, state: inputs };
    },
    call: ({ inputs }) => inputs,
  });
  const collector = { ...binding, name: "collector", namespace: "observability", podSelector: {}, admitsClients: true };
  admitClient(identity, [collector, { ...binding, podSelector: { app: "pg" } }], {});
  await expect.poll(() => made.length).toBe(1);
  expect(made).toEqual([expect.objectContaining({ namespace: "data", name: "postgres-from-links" })]);
});
