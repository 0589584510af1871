import type * as k8s from "@pulumi/kubernetes";
import { type Identity, named } from "../kubernetes/identity.ts";
import { allowFrom, namespacePeer } from "../kubernetes/network.ts";
import type { PublicEndpointArgs } from "./public-endpoint.ts";

/** The far end of the route: the ingress controller may reach the service's port. */
export function admitController(identity: Identity, args: PublicEndpointArgs): k8s.networking.v1.NetworkPolicyArgs {
  return {
    metadata: named(identity),
    spec: {
      podSelector: { matchLabels: args.service.podSelector },
      policyTypes: ["Ingress"],
      ingress: [allowFrom([namespacePeer(args.controllerNamespace)], args.service.port)],
    },
  };
}

/** cert-manager answers the authority's challenge from a pod of its own in this namespace; closed in, it would never be asked. */
export function admitSolver(identity: Identity, args: PublicEndpointArgs): k8s.networking.v1.NetworkPolicyArgs {
  return {
    metadata: named(identity, `${identity.name}-solver`),
    spec: {
      podSelector: { matchLabels: { "acme.cert-manager.io/http01-solver": "true" } },
      policyTypes: ["Ingress"],
      ingress: [allowFrom([namespacePeer(args.controllerNamespace)], 8089)],
    },
  };
}
