import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { ParameterGroup } from "@pulumi/aws/elasticache/parameterGroup.js";
import { ReplicationGroup } from "@pulumi/aws/elasticache/replicationGroup.js";
import { SubnetGroup } from "@pulumi/aws/elasticache/subnetGroup.js";
import { User } from "@pulumi/aws/elasticache/user.js";
import { UserGroup } from "@pulumi/aws/elasticache/userGroup.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../component-args.ts";
import { appRules, exporterRules, type RedisPasswords } from "./access.ts";
import { port } from "./configuration.ts";
import type { ManagedRedisSpec } from "./managed-spec.ts";
import type { RedisEndpoints } from "./servers.ts";

const engine = "valkey";

/** A replication group of ElastiCache: TLS only, users as on our own servers, encrypted, and open to the cluster's pods alone. */
export function makeManaged(name: string, args: ComponentArgs, spec: ManagedRedisSpec, passwords: RedisPasswords, parent: pulumi.Resource): RedisEndpoints {
  const { identifier, region } = spec;
  const child = { parent };
  const common = { region, tags: args.labels };
  const description = `${identifier}: ${spec.purpose}`;

  const group = new SecurityGroup(`${name}-clients`, { ...common, vpcId: spec.vpcId, description: `Clients of ${identifier}` }, child);
  for (const cidr of spec.clientCidrs) {
    const rule = { ...common, securityGroupId: group.id, cidrIpv4: cidr, ipProtocol: "tcp", fromPort: port, toPort: port, description: "Pods" };
    new SecurityGroupIngressRule(`${name}-from-${cidr.replaceAll(/[./]/g, "-")}`, rule, child);
  }
  const subnets = new SubnetGroup(`${name}-subnets`, { ...common, subnetIds: spec.subnetIds, description }, child);
  const parameters = new ParameterGroup(
    `${name}-parameters`,
    { ...common, family: `${engine}${spec.engineVersion.split(".")[0]}`, description, parameters: parametersOf(spec) },
    child,
  );
  const users = new UserGroup(
    `${name}-users`,
    { ...common, engine, userGroupId: `${identifier}-users`, userIds: makeUsers(name, identifier, common, passwords, parent) },
    child,
  );

  const servers = new ReplicationGroup(
    name,
    {
      ...common,
      replicationGroupId: identifier,
      description,
      engine,
      engineVersion: spec.engineVersion,
      nodeType: spec.nodeType,
      port,
      // With one node there is nothing to fail over to; with two, the second stands in another zone and takes over by itself.
      numCacheClusters: spec.replica ? 2 : 1,
      automaticFailoverEnabled: spec.replica,
      multiAzEnabled: spec.replica,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      atRestEncryptionEnabled: true,
      kmsKeyId: spec.kmsKeyArn,
      userGroupIds: [users.userGroupId],
      parameterGroupName: parameters.name,
      subnetGroupName: subnets.name,
      securityGroupIds: [group.id],
      autoMinorVersionUpgrade: true,
      snapshotRetentionLimit: spec.snapshotDays,
      ...(spec.snapshotDays > 0 && { snapshotWindow: "02:00-03:00", finalSnapshotIdentifier: spec.protect ? `${identifier}-final` : undefined }),
      maintenanceWindow: "sun:03:30-sun:04:30",
      // A change waits for the window otherwise, while the update says that it is done.
      applyImmediately: true,
    },
    { parent, protect: spec.protect && spec.purpose === "state" },
  );
  return {
    leader: { name, namespace: args.namespace, host: servers.primaryEndpointAddress, port, settings: { tls: "true" }, cidrs: spec.clientCidrs },
  };
}

const parametersOf = ({ purpose }: ManagedRedisSpec) => [{ name: "maxmemory-policy", value: purpose === "cache" ? "allkeys-lru" : "noeviction" }];

/** The same users as on our own servers. The default user, which every group has, may do nothing. */
function makeUsers(name: string, identifier: string, common: object, passwords: RedisPasswords, parent: pulumi.Resource): pulumi.Output<string>[] {
  const user = (userName: string, accessString: string, password?: pulumi.Output<string>) => {
    const authenticationMode = password ? { type: "password", passwords: [password] } : { type: "no-password-required" };
    return new User(
      `${name}-${userName}-user`,
      { ...common, engine, userId: `${identifier}-${userName}`, userName, accessString, authenticationMode },
      { parent },
    ).userId;
  };
  return [user("default", "off -@all"), user("app", `on ${appRules}`, passwords.app), user("exporter", `on ${exporterRules}`, passwords.exporter)];
}
