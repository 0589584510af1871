import type * as pulumi from "@pulumi/pulumi";

/** What every component takes. */
export interface ComponentArgs {
  /** Namespace of everything the component makes. A change moves it: all is made anew, volumes included. */
  namespace: pulumi.Input<string>;
  /** Labels for everything the component makes, such as `app.kubernetes.io/part-of` and `owner`. A change restarts no pod. */
  labels?: Record<string, string>;
  /** Annotations for everything the component makes, such as `email`. A change restarts no pod. */
  annotations?: Record<string, string>;
}

/** How Prometheus finds and reaches what a component exports. */
export interface Monitoring {
  /** Namespace of Prometheus: only its pods may reach a metrics port. */
  namespace: string;
  /** Whether the Prometheus operator runs in the cluster. Defaults to true: a ServiceMonitor, or a PodMonitor where there is no Service. False: `prometheus.io/*` annotations. */
  operator?: boolean;
  /** Labels that the operator's `serviceMonitorSelector` and `podMonitorSelector` ask for, such as `release: kube-prometheus-stack`. Defaults to none. */
  labels?: Record<string, string>;
  /** Time between two scrapes. Defaults to `30s`, half of the shortest window that a rule reads. */
  interval?: string;
  /** Samples of one scrape above which the operator's Prometheus refuses it. Defaults to 5000, three times what this repository's service shows. */
  sampleLimit?: number;
}

/** What one container may use. Memory and ephemeral storage are both request and limit: what is promised is there. */
export interface ContainerResources {
  /** CPU request, such as `250m` or `1`. */
  cpu: string;
  /** CPU limit. Defaults to six times the request: room for a burst, an end to a runaway. */
  cpuLimit?: string;
  /** Memory, request and limit, such as `256Mi`. Above it the container is killed. */
  memory: string;
  /** Space for logs and scratch files, request and limit. Defaults to `128Mi`. Above it the pod is evicted. */
  ephemeralStorage?: string;
}
