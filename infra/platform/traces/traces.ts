import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../../components/argument-error.ts";
import type { ContainerResources, Monitoring } from "../../components/component-args.ts";
import { disruptionBudget } from "../../components/kubernetes/budget.ts";
import { autonamed, type Identity, identityOf, named, selectorLabels } from "../../components/kubernetes/identity.ts";
import { scrapePodsByOperator } from "../../components/kubernetes/scrape.ts";
import { AddonNamespace } from "../addon-namespace.ts";
import { traceCollectorDeployment } from "./collector.ts";
import { otlpPort, traceCollectorConfig } from "./collector-config.ts";
import { jaegerConfig, storePorts } from "./jaeger-config.ts";
import { traceOpenings } from "./openings.ts";
import { tracesProblems, tracesSpec } from "./spec.ts";
import { traceStoreStatefulSet } from "./store.ts";

export interface TracesArgs {
  /** Days that traces are kept. A change restarts the store, and counts for traces that come after it. */
  retentionDays: number;
  /** Size of the store's volume, such as `20Gi`. A change makes the store anew; its traces stay on the old volume. */
  storage: string;
  /** Storage class of the volume. Defaults to the cluster's own. A change acts as that of `storage`. */
  storageClass?: string;
  /** Namespace of collector and store. Defaults to `traces`. A change makes both anew, without the traces, at another address. */
  namespace?: string;
  /** Where Prometheus and Grafana are. Left out, nobody can ask for a trace. */
  monitoring?: Monitoring;
  /** What monitors wait for: the operator's kinds. Defaults to nothing. */
  after?: readonly pulumi.Resource[];
  /** Milliseconds from which a trace is slow, and kept. Defaults to 500, above what a service with a latency objective is meant to take. */
  slowMilliseconds?: number;
  /** Share of all other traces that is kept, from 0 to 1. Defaults to 0.2: enough to see what is usual, on top of what services leave out themselves. */
  keptShare?: number;
  /**
   * Seconds that the spans of a trace are waited for before it is judged. Defaults to 10, above the longest request of a service with
   * sensible time-outs. More takes more memory.
   */
  decisionSeconds?: number;
  /** CPU and memory of the collector. Defaults to 50m and 384Mi; queue and waiting traces take their share of it. */
  collectorResources?: ContainerResources;
  /** CPU and memory of the store. Defaults to 50m and 512Mi. */
  storeResources?: ContainerResources;
  /** Image of the collector. Defaults to the catalogue's. A change restarts it. */
  collectorImage?: string;
  /** Image of Jaeger 2. Defaults to the catalogue's. A change restarts the store. */
  jaegerImage?: string;
}

/** Traces of every service: a collector that keeps errors, slow requests and a share of the rest, and Jaeger to store and show them. */
export class Traces extends pulumi.ComponentResource {
  /** Address for OTLP over HTTP, within the cluster. Resolves when the collector is ready. */
  readonly otlpEndpoint: pulumi.Output<string>;
  /** Address that Grafana asks, within the cluster. Resolves when the store is ready. */
  readonly queryUrl: pulumi.Output<string>;

  constructor(name: string, args: TracesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway-platform:index:Traces", name, {}, opts);
    const spec = tracesSpec(args);
    refuse("Traces", name, tracesProblems(spec));
    const child = { parent: this };
    const collectorIn = (namespace: pulumi.Input<string>) => identityOf("traces-collector", "traces-collector", "traces", { namespace });
    const storeIn = (namespace: pulumi.Input<string>) => identityOf("traces", "jaeger", "traces", { namespace });

    const openings = traceOpenings(collectorIn(spec.namespace), storeIn(spec.namespace), spec);
    const home = new AddonNamespace(`${name}-namespace`, { namespace: spec.namespace, openings }, child);
    const [collector, store] = [collectorIn(home.name), storeIn(home.name)];
    const account = (id: string, identity: Identity) =>
      new k8s.core.v1.ServiceAccount(`${name}-${id}-account`, { metadata: named(identity), automountServiceAccountToken: false }, child);
    const config = (id: string, identity: Identity, data: object) =>
      new k8s.core.v1.ConfigMap(`${name}-${id}-config`, { metadata: autonamed(identity), data: { "config.yaml": json(data) } }, child).metadata.name;
    const service = (id: string, identity: Identity, ports: Record<string, number>, server: pulumi.Resource) =>
      new k8s.core.v1.Service(
        `${name}-${id}-service`,
        { metadata: named(identity), spec: { type: "ClusterIP", selector: selectorLabels(identity), ports: servicePorts(ports) } },
        { parent: this, dependsOn: server },
      );

    account("store", store);
    const storing = new k8s.apps.v1.StatefulSet(`${name}-store`, traceStoreStatefulSet(store, spec, config("store", store, jaegerConfig(spec))), child);
    new k8s.policy.v1.PodDisruptionBudget(`${name}-store-budget`, disruptionBudget(store), child);
    const query = service("store", store, { otlp: storePorts.otlp, query: storePorts.query }, storing);

    account("collector", collector);
    const gateway = traceCollectorDeployment(collector, spec, config("collector", collector, traceCollectorConfig(spec)));
    const collecting = new k8s.apps.v1.Deployment(`${name}-collector`, gateway, { parent: this, dependsOn: query });
    new k8s.policy.v1.PodDisruptionBudget(`${name}-collector-budget`, disruptionBudget(collector), child);
    const entrance = service("collector", collector, { "otlp-http": otlpPort }, collecting);

    // Pulumi hands a component's own `dependsOn` down to none of its children.
    const afterKinds = { parent: this, dependsOn: [...(args.after ?? [])] };
    for (const identity of [collector, store]) scrapePodsByOperator(identity, args.monitoring, afterKinds);
    this.otlpEndpoint = entrance.id.apply(() => `http://${collector.name}.${spec.namespace}:${otlpPort}`);
    this.queryUrl = query.id.apply(() => `http://${store.name}.${spec.namespace}:${storePorts.query}`);
    this.registerOutputs({ otlpEndpoint: this.otlpEndpoint, queryUrl: this.queryUrl });
  }
}

const servicePorts = (ports: Record<string, number>) => Object.entries(ports).map(([name, port]) => ({ name, port, targetPort: port, protocol: "TCP" }));

/** The collector reads YAML, and JSON is YAML. */
const json = (config: object) => `${JSON.stringify(config, null, 2)}\n`;
