import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import { disruptionBudget } from "../kubernetes/budget.ts";
import { autonamed, type Identity, named, part, selectorLabels } from "../kubernetes/identity.ts";
import { allowFrom, namespacePeer, workloadPolicy } from "../kubernetes/network.ts";
import { type RedisPasswords, serverSecret } from "./access.ts";
import { port, redisConf } from "./configuration.ts";
import { leaderGuard } from "./guard.ts";
import type { SingleRedisSpec } from "./spec.ts";
import { redisStatefulSet } from "./stateful-set.ts";

/** Where a Redis is. */
export interface RedisEndpoints {
  /** The server that takes writes. Resolves when it is ready. */
  leader: ServiceBinding;
  /** The server of which copies are made: the follower where there is one, so that a copy costs the leader no fork. */
  source?: ServiceBinding;
}

/** One server, or a pair of which one follows the other: two volumes, on two nodes where there are two. */
export function makeServers(identity: Identity, spec: SingleRedisSpec, passwords: RedisPasswords, parent: pulumi.Resource): RedisEndpoints {
  const { name } = identity;
  const child = { parent };
  const files = serverSecret(passwords, spec.replica);
  const secret = new k8s.core.v1.Secret(`${name}-users`, { metadata: autonamed(identity), stringData: files }, child);
  const peers = spec.replica ? [identity, part(identity, "replica", identity.component)] : [identity];
  const [leader, follower] = spec.promoteReplica ? peers.toReversed() : peers;

  const makeServer = (server: Identity, dependsOn: pulumi.Resource[]) => {
    const other = peers.find((peer) => peer !== server);
    const follows = server === follower;
    const conf = redisConf(spec.purpose, spec.maxMemory, follows ? peerHost(leader!) : undefined);
    const config = new k8s.core.v1.ConfigMap(`${server.name}-config`, { metadata: autonamed(server), data: { "redis.conf": conf } }, child);
    new k8s.core.v1.ServiceAccount(`${server.name}-account`, { metadata: named(server), automountServiceAccountToken: false }, child);
    const policy = other
      ? workloadPolicy(server, [allowFrom([{ ...namespacePeer(server.namespace), podSelector: { matchLabels: selectorLabels(other) } }], port)], [at(other)])
      : workloadPolicy(server, [], []);
    new k8s.networking.v1.NetworkPolicy(`${server.name}-policy`, policy, child);
    new k8s.policy.v1.PodDisruptionBudget(`${server.name}-budget`, disruptionBudget(server), child);
    if (other) new k8s.core.v1.Service(peerHost(server), peerService(server), child);
    // The clients' Service has the first one's name, whichever leads.
    const serviceName = server === identity ? undefined : peerHost(server);
    const guard = other && !follows ? leaderGuard(peerHost(other), promotion(spec.promoteReplica)) : undefined;
    const args = {
      identity: server,
      spec,
      secret: secret.metadata.name,
      secretFiles: Object.keys(files),
      config: config.metadata.name,
      guard,
      follows,
      serviceName,
    };
    return new k8s.apps.v1.StatefulSet(server.name, redisStatefulSet(args), {
      parent,
      protect: spec.protect && spec.storage !== undefined,
      dependsOn,
    });
  };
  const leading = makeServer(leader!, []);
  // After it at the first start: the guard takes a follower whose name is unknown for one that was never made.
  const following = follower && makeServer(follower, spec.promoteReplica ? [] : [leading]);

  const service = new k8s.core.v1.Service(
    name,
    {
      metadata: named(identity),
      spec: { type: "ClusterIP", selector: selectorLabels(leader!), ports: [{ name: "redis", port, targetPort: "redis", protocol: "TCP" }] },
    },
    { parent, dependsOn: leading },
  );
  const clients: ServiceBinding = { ...at(leader!), name, host: service.metadata.name };
  return { leader: clients, source: following ? { ...at(follower!), name, host: following.metadata.name.apply(() => peerHost(follower!)) } : clients };
}

/** A name for one server of a pair, whichever leads. Its own Service's name can't be that: it is the leader's. */
const peerHost = ({ name }: Identity) => `${name}-peer`;

const at = (server: Identity): ServiceBinding => ({
  name: server.name,
  namespace: server.namespace,
  host: peerHost(server),
  port,
  podSelector: selectorLabels(server),
});

function peerService(server: Identity): k8s.core.v1.ServiceArgs {
  return {
    metadata: named(server, peerHost(server)),
    spec: {
      type: "ClusterIP",
      clusterIP: "None",
      // A follower is ready only when it has found its leader, so the leader can't wait for readiness to be found.
      publishNotReadyAddresses: true,
      selector: selectorLabels(server),
      ports: [{ name: "redis", port, targetPort: "redis", protocol: "TCP" }],
    },
  };
}

const promotion = (promoted: boolean) =>
  promoted
    ? "Set promoteReplica to false, and the first server leads again with its data; to start empty instead, delete both volumes."
    : "Set promoteReplica to true, and the replica leads with its data; to start empty instead, delete both volumes.";
