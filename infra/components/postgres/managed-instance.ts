import type { InstanceArgs } from "@pulumi/aws/rds/instance.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Identity } from "../kubernetes/identity.ts";
import { bytes } from "../kubernetes/quantities.ts";
import { sessionSettings } from "./configuration.ts";
import { roleSuperuser } from "./roles.ts";
import type { ManagedSpec, PostgresSpec } from "./spec.ts";

export interface InstanceInputs {
  password: pulumi.Input<string>;
  subnetGroup: pulumi.Input<string>;
  securityGroup: pulumi.Input<string>;
  parameterGroup: pulumi.Input<string>;
}

const gibibytes = (amount: string) => Math.ceil(bytes(amount) / 2 ** 30);

/** Settings beyond RDS's own, which are tuned from the machine's memory. */
export function parameters(maxConnections: number) {
  const milliseconds = { idle_in_transaction_session_timeout: 60_000, log_min_duration_statement: 1_000 };
  const flags = { log_lock_waits: 1, log_checkpoints: 1 };
  const immediate = { "rds.force_ssl": 1, password_encryption: "scram-sha-256", ssl_min_protocol_version: "TLSv1.3" };
  const { tcp_keepalives_idle, tcp_keepalives_interval, tcp_keepalives_count, timezone } = sessionSettings;
  const dynamic = { ...immediate, ...milliseconds, ...flags, tcp_keepalives_idle, tcp_keepalives_interval, tcp_keepalives_count, timezone };
  return [
    ...Object.entries(dynamic).map(([name, value]) => ({ name, value: `${value}`, applyMethod: "immediate" })),
    // Read at the start only.
    { name: "max_connections", value: `${maxConnections}`, applyMethod: "pending-reboot" },
  ];
}

export function instanceArgs(identity: Identity, spec: PostgresSpec, managed: ManagedSpec, inputs: InstanceInputs): InstanceArgs {
  return {
    region: managed.region,
    engine: "postgres",
    engineVersion: managed.engineVersion,
    instanceClass: managed.instanceClass,
    username: roleSuperuser,
    password: inputs.password,
    port: spec.port,
    allocatedStorage: gibibytes(spec.storage),
    maxAllocatedStorage: gibibytes(managed.maxStorage),
    storageType: "gp3",
    storageEncrypted: true,
    kmsKeyId: managed.kmsKeyArn,
    multiAz: managed.multiAz,
    dbSubnetGroupName: inputs.subnetGroup,
    vpcSecurityGroupIds: [inputs.securityGroup],
    publiclyAccessible: false,
    parameterGroupName: inputs.parameterGroup,
    backupRetentionPeriod: managed.backupRetentionDays,
    // Before the nightly dump, and the maintenance after it: a minor version that goes wrong has a backup of the same night.
    backupWindow: "01:10-02:10",
    maintenanceWindow: "sun:04:30-sun:05:30",
    autoMinorVersionUpgrade: true,
    // A major version is a decision, and one that can't be taken back.
    allowMajorVersionUpgrade: false,
    copyTagsToSnapshot: true,
    deletionProtection: spec.protect,
    skipFinalSnapshot: !spec.protect,
    finalSnapshotIdentifier: spec.protect ? `${identity.name}-${spec.database.replaceAll("_", "-")}-last` : undefined,
    enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
    performanceInsightsEnabled: true,
    iamDatabaseAuthenticationEnabled: false,
    applyImmediately: false,
    tags: identity.labels,
  };
}
