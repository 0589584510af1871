import { basename, dirname, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { fromPulumi, type StackConfig } from "../config/load.ts";
import { platformConfig } from "../config/platform-stack.ts";
import { planStack } from "../plan/plan.ts";
import type { Manifest, PlannedResource } from "../plan/resource.ts";
import type { CheckArguments } from "./arguments.ts";
import { type ClusterApi, clusterApi } from "./cluster.ts";
import { type Metrics, prometheus } from "./prometheus.ts";

/** What is checked: a stack as it is planned, the cluster it is or will be in, and what Prometheus knows of it. */
export interface Subject {
  stack: string;
  /** Whether `up` has just run. */
  after: boolean;
  configFile?: string;
  config: StackConfig;
  resources: readonly PlannedResource[];
  /** Kubernetes objects among the resources. */
  manifests: readonly Manifest[];
  namespace: string;
  /** Connects at the first call. */
  cluster(): Promise<ClusterApi>;
  /** Whether the stack's namespace is there: before the first `up` there is nothing in it to look at. */
  isUp(): Promise<boolean>;
  metrics(): Promise<Metrics>;
}

/** Plans the stack offline. Throws what `pulumi up` would print as a mistake in the config. */
export async function subjectOf({ stack, after, configFile, prometheus: address }: CheckArguments): Promise<Subject> {
  let config: StackConfig | undefined;
  const program = async (options: { askCluster: boolean }) => {
    config = fromPulumi(await platformConfig({ ask: false }));
    return (await import("../index.ts")).default(options);
  };
  const { resources } = await planStack(stack, { ...(configFile && { folder: folderOf(configFile, stack) }), program, traces: false });
  const { namespace, cluster: asked } = config!;
  const cluster = once(() => clusterApi(asked.context));
  return {
    stack,
    after,
    configFile: configFile && resolve(configFile),
    config: config!,
    resources,
    manifests: resources.flatMap(({ manifest }) => manifest ?? []),
    namespace,
    cluster,
    isUp: once(async () => (await (await cluster()).get(`/api/v1/namespaces/${namespace}`)) !== undefined),
    metrics: once(async () => prometheus(address, asked.monitoringNamespace, cluster)),
  };
}

/** The offline plan finds a stack's file by its name, beside a `Pulumi.yaml` or in the repository. */
function folderOf(configFile: string, stack: string): string {
  if (basename(configFile) !== `Pulumi.${stack}.yaml`) {
    throw new pulumi.RunError(`--config-file ${configFile}: must be named Pulumi.${stack}.yaml, beside its Pulumi.yaml.`);
  }
  return dirname(resolve(configFile));
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
