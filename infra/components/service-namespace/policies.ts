import { namespacePeer } from "../kubernetes/network.ts";

/** Selects every pod and allows nothing: the ground on which each workload's own policy opens what it needs. */
export const denyAll = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

/** Without names nothing finds anything; so this one flow is open to every pod. */
export const allowDns = {
  podSelector: {},
  policyTypes: ["Egress"],
  egress: [
    {
      to: [{ ...namespacePeer("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
      ports: [
        { port: 53, protocol: "UDP" },
        { port: 53, protocol: "TCP" },
      ],
    },
  ],
};
