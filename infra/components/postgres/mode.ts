import type { ServiceBinding } from "../binding.ts";

/** Who runs the database. The application is the same under each. */
export const PostgresMode = {
  /** One server with one volume, run by this component. A lost node costs the minutes until the volume is attached elsewhere. */
  single: "single",
  /** Several servers, one of which writes, run by CloudNativePG. A lost node costs seconds. */
  cluster: "cluster",
  /** Amazon RDS. */
  managed: "managed",
} as const;
export type PostgresMode = (typeof PostgresMode)[keyof typeof PostgresMode];

/** Connections that several clients share, by PgBouncer. */
export interface PostgresPooler {
  /** Pods of the pooler. Defaults to 2: a single one would be as easily lost as the server that it stands before. */
  instances?: number;
  /** Connections to the server that each pod holds for the application. Defaults to 20. All of them together must fit into `maxConnections`. */
  poolSize?: number;
}

/** A database of several servers. */
export interface PostgresCluster {
  /** Servers, one of which writes and the others follow. Defaults to 3. A change adds or removes followers. */
  instances?: number;
  /**
   * Whether a write is acknowledged only when a follower has it on disk too: then a lost server loses no acknowledged write, and writes
   * wait while no follower is there. Defaults to true from 3 servers on. A change restarts nothing.
   */
  synchronous?: boolean;
  /**
   * A pooler before the application's login; migrations and backups go past it. It keeps prepared statements, and takes no settings of
   * a session, such as a client's own `statement_timeout`. Defaults to none: the application's own pools do for tens of replicas.
   */
  pooler?: PostgresPooler;
  /**
   * Where the operator's Barman Cloud plugin keeps the log and base backups: the binding of a bucket that takes uploads in parts.
   * Defaults to none.
   */
  archive?: ServiceBinding;
  /** When base backups for `archive` are taken, as a cron expression in UTC. Defaults to `17 2 * * *`. */
  baseBackupSchedule?: string;
  /** Namespace of the operator, which asks each server how it is. Defaults to `cnpg-system`. */
  operatorNamespace?: string;
  /** Addresses of the API server, which each server asks whether it may write. Defaults to any address on ports 443 and 6443. */
  apiServerCidrs?: string[];
}

/** A database that Amazon RDS runs. The provider's region and credentials are Pulumi's own. */
export interface ManagedPostgres {
  /** Region of the database, such as `eu-central-1`. A change makes a new, empty one. */
  region: string;
  /** VPC of the cluster's nodes. A change makes a new, empty database. */
  vpcId: string;
  /** Private subnets in at least two zones. */
  subnetIds: string[];
  /** Address ranges of these subnets: there the database answers, and clients' network policies open no more than these. */
  subnetCidrs: string[];
  /** Address ranges of the nodes and pods that may reach it. Nobody else can. A change restarts nothing. */
  clientCidrs: string[];
  /** Size of the machine, such as `db.m7g.large`. A change fails over, about a minute without writes. */
  instanceClass: string;
  /**
   * Certificates, in PEM, of the authorities that sign for RDS in the region: the contents of
   * `https://truststore.pki.rds.amazonaws.com/<region>/<region>-bundle.pem`.
   */
  authorities: string;
  /** Version of the server, major alone. Defaults to `18`; AWS brings minor ones in the maintenance window. Another major one restarts for minutes: docs/postgres.md. */
  engineVersion?: string;
  /** Most storage, such as `200Gi`, to which it grows by itself. Defaults to twice `storage`. */
  maxStorage?: string;
  /** Whether a second server in another zone takes over. Defaults to true. A change restarts nothing. */
  multiAz?: boolean;
  /** Days for which AWS can restore any moment, 1 to 35. Defaults to 7. */
  backupRetentionDays?: number;
  /** Key, by ARN, that encrypts the storage. Defaults to the account's own for RDS. A change makes a new, empty database. */
  kmsKeyArn?: string;
}
