import type * as pulumi from "@pulumi/pulumi";

/**
 * What one component offers to others: where it is, how to log in, and which pods answer.
 *
 * A workload names what it `uses`; from each binding follow its environment variables, its mounted secret files, the network
 * policies on both ends and the start order. Variables are prefixed with the binding's name in capitals, so a binding named
 * `redis-cache` gives `REDIS_CACHE_HOST`, `REDIS_CACHE_PORT` and, for a secret file `password`, `REDIS_CACHE_PASSWORD_FILE`.
 */
export interface ServiceBinding {
  /** Name of the offering component, and the prefix of the variables. A DNS label. */
  name: string;
  /** Namespace of the pods that answer. */
  namespace: pulumi.Input<string>;
  /** Host name as seen from a pod. Resolves only once the component is ready, so whoever reads it starts after it. */
  host: pulumi.Input<string>;
  /** Port at that host. */
  port: number;
  /** More that a client needs and may be seen by anyone: `database`, `username`, `bucket`. Each becomes a variable. */
  settings?: Record<string, pulumi.Input<string>>;
  /** Secret that holds the secret files. It is named anew when a value changes, so that whatever mounts it restarts. */
  secretName?: pulumi.Input<string>;
  /** Keys of the Secret to mount, each as a file; `password` is read at the path in `<PREFIX>_PASSWORD_FILE`. */
  secretFiles?: string[];
  /**
   * Secret from which the file `ca.crt` comes: the authority that signs for the server. It is kept by whoever issues certificates, so it
   * can't be the Secret of the login. Give it together with the secret file `ca.crt` and the setting `sslMode`, which is `verify-full`.
   */
  authoritySecretName?: pulumi.Input<string>;
  /** Labels of the pods that answer. Left out for something outside the cluster. */
  podSelector?: Record<string, string>;
  /**
   * Whether the pods that answer let their clients in by themselves, as what another stack owns does: then only the client's own side
   * is opened, and nothing is made in their namespace. Defaults to false.
   */
  admitsClients?: boolean;
  /** Address ranges to open instead, for something outside the cluster, such as a managed database's subnets. */
  cidrs?: string[];
  /** More that a client has to reach for it, such as the agent that gives it a login. Defaults to none. */
  alsoReaches?: Reach[];
  /** Annotations for the client's service account, by which a cloud knows who it is. Defaults to none. */
  accountAnnotations?: Record<string, pulumi.Input<string>>;
}

/** A port at some addresses outside the cluster's network. */
export interface Reach {
  /** Address ranges, such as `169.254.170.23/32`. */
  cidrs: string[];
  /** TCP port. */
  port: number;
}
