import { describe, expect, test } from "vitest";
import { type KubernetesObject, matches, objectsOf, stacks, titleOf, type Workload, workloadsOf } from "./objects.ts";

interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { port: number }[];
}
interface Peer {
  namespaceSelector?: { matchLabels: Record<string, string> };
  podSelector?: { matchLabels: Record<string, string> };
  ipBlock?: { cidr: string };
}

describe.each(stacks)("network policies of stack %s", (stack) => {
  const policiesOf = async () => (await objectsOf(stack)).filter(({ kind }) => kind === "NetworkPolicy");
  const selects = (policy: KubernetesObject, { labels }: Workload) => matches(policy.spec.podSelector.matchLabels, labels);

  test("every pod has a policy of its own in both directions, besides the one that denies all", async () => {
    const policies = (await policiesOf()).filter(({ spec }) => Object.keys(spec.podSelector.matchLabels ?? {}).length > 0);
    for (const workload of workloadsOf(await objectsOf(stack))) {
      const types = policies.filter((policy) => selects(policy, workload)).flatMap(({ spec }) => spec.policyTypes);
      expect(new Set(types), titleOf(workload.object)).toEqual(new Set(["Ingress", "Egress"]));
    }
    expect((await policiesOf()).find(({ metadata }) => metadata.name === "default-deny")?.spec).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
  });

  test("every policy selects pods that exist, and every peer is somebody", async () => {
    const workloads = workloadsOf(await objectsOf(stack));
    const idle = (await policiesOf()).flatMap((policy) => {
      // cert-manager brings this pod, only while it proves the host name.
      if (policy.spec.podSelector.matchLabels?.["acme.cert-manager.io/http01-solver"]) return [];
      const rules: Rule[] = [...(policy.spec.ingress ?? []), ...(policy.spec.egress ?? [])];
      const strangers = rules
        .flatMap(({ from = [], to = [] }) => [...from, ...to])
        .filter(({ podSelector }) => podSelector && podSelector.matchLabels["k8s-app"] !== "kube-dns")
        .filter(({ podSelector }) => !workloads.some(({ labels }) => matches(podSelector!.matchLabels, labels)));
      const selected = workloads.some((workload) => selects(policy, workload));
      return selected && strangers.length === 0 ? [] : [`${titleOf(policy)}: ${selected ? JSON.stringify(strangers) : "selects nobody"}`];
    });
    expect(idle).toEqual([]);
  });

  test("what may go out on one end may come in on the other", async () => {
    const [policies, workloads] = [await policiesOf(), workloadsOf(await objectsOf(stack))];
    const closed: string[] = [];
    for (const client of workloads) {
      for (const rule of rulesOf(policies, client, "egress")) {
        // A peer elsewhere, such as a collector of spans, is not in this render.
        for (const peer of (rule.to ?? []).filter(({ namespaceSelector }) => !namespaceSelector)) {
          for (const server of workloads.filter(({ labels }) => peer.podSelector && matches(peer.podSelector.matchLabels, labels))) {
            const admitted = rulesOf(policies, server, "ingress").some(
              ({ from = [], ports = [] }) =>
                ports.some(({ port }) => port === rule.ports?.[0]?.port) &&
                from.some(({ podSelector }) => podSelector && matches(podSelector.matchLabels, client.labels)),
            );
            if (!admitted) closed.push(`${titleOf(client.object)} to ${titleOf(server.object)}`);
          }
        }
      }
    }
    expect(closed).toEqual([]);
  });

  test("only the named clients reach the database", async () => {
    const [policies, workloads] = [await policiesOf(), workloadsOf(await objectsOf(stack))];
    const postgres = workloads.find(({ object }) => titleOf(object) === "StatefulSet postgres")!;
    const admitted = rulesOf(policies, postgres, "ingress").flatMap(({ from = [] }) => from);
    const clients = workloads.filter(({ labels }) => admitted.some(({ podSelector }) => podSelector && matches(podSelector.matchLabels, labels)));
    expect(clients.map(({ labels }) => labels["app.kubernetes.io/instance"]).sort()).toEqual([
      "links",
      "links-migration",
      "links-worker",
      "postgres-backup",
      "postgres-exporter",
      "postgres-reload",
      "postgres-restore",
      "postgres-roles",
      ...(stack === "prod" ? ["postgres-wal", "postgres-wal-base"] : []),
    ]);
    expect(admitted.filter(({ podSelector }) => !podSelector)).toEqual([]);
  });

  function rulesOf(policies: KubernetesObject[], workload: Workload, direction: "ingress" | "egress"): Rule[] {
    return policies.filter((policy) => selects(policy, workload)).flatMap(({ spec }) => spec[direction] ?? []);
  }
});
