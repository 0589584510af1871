import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Instance } from "@pulumi/aws/rds/instance.js";
import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup.js";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { autonamed, type Identity } from "../kubernetes/identity.ts";
import { authorityFile } from "../kubernetes/pod.ts";
import { instanceArgs, parameters } from "./managed-instance.ts";
import type { DatabaseServer, ServerPasswords } from "./server.ts";
import type { ManagedSpec, PostgresSpec } from "./spec.ts";

/** A server that Amazon RDS runs, reached by the cluster's own subnets and nobody else. */
export function managedServer(
  identity: Identity,
  spec: PostgresSpec,
  managed: ManagedSpec,
  passwords: ServerPasswords,
  opts: pulumi.CustomResourceOptions,
): DatabaseServer {
  const { name, labels: tags } = identity;
  const { region } = managed;
  const subnets = new SubnetGroup(`${name}-subnets`, { region, description: `Subnets of ${name}`, subnetIds: managed.subnetIds, tags }, opts);
  const group = new SecurityGroup(`${name}-access`, { region, vpcId: managed.vpcId, description: `Clients of ${name}`, tags }, opts);
  const rules = managed.clientCidrs.map(
    (cidrIpv4, index) =>
      new SecurityGroupIngressRule(
        `${name}-access-${index}`,
        { region, securityGroupId: group.id, cidrIpv4, ipProtocol: "tcp", fromPort: spec.port, toPort: spec.port, description: "Clients", tags },
        opts,
      ),
  );
  const settings = new ParameterGroup(
    `${name}-parameters`,
    { region, family: `postgres${managed.engineVersion}`, description: `Settings of ${name}`, parameters: parameters(spec.maxConnections), tags },
    opts,
  );
  const instance = new Instance(
    name,
    instanceArgs(identity, spec, managed, {
      password: passwords.admin,
      subnetGroup: subnets.name,
      securityGroup: group.id,
      parameterGroup: settings.name,
    }),
    { ...opts, protect: spec.protect, dependsOn: rules },
  );
  const authorities = new k8s.core.v1.Secret(
    `${name}-authorities`,
    { metadata: autonamed(identity), stringData: { [authorityFile]: managed.authorities } },
    opts,
  );
  return {
    endpoint: {
      name,
      namespace: identity.namespace,
      host: instance.address,
      port: spec.port,
      settings: { sslMode: "verify-full" },
      secretFiles: [authorityFile],
      authoritySecretName: authorities.metadata.name,
      // RDS answers at an address of one of its subnets; a failover moves it to another.
      cidrs: managed.subnetCidrs,
    },
  };
}
