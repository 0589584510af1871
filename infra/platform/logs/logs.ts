import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../../components/argument-error.ts";
import type { ContainerResources, Monitoring } from "../../components/component-args.ts";
import { disruptionBudget } from "../../components/kubernetes/budget.ts";
import { autonamed, identityOf, named, selectorLabels } from "../../components/kubernetes/identity.ts";
import { scrapePodsByOperator } from "../../components/kubernetes/scrape.ts";
import { AddonNamespace } from "../addon-namespace.ts";
import { logRules } from "./alerts.ts";
import { hostPathReason, logCollectorDaemonSet } from "./collector.ts";
import { logCollectorConfig } from "./collector-config.ts";
import { lokiConfig, lokiPort } from "./loki-config.ts";
import { collectorOpenings, storeOpenings } from "./openings.ts";
import { logsProblems, logsSpec } from "./spec.ts";
import { lokiStatefulSet } from "./store.ts";
import type { LogAlertThresholds } from "./thresholds.ts";

export interface LogsArgs {
  /** Days that lines are kept. A change restarts Loki; what is older is deleted within hours. */
  retentionDays: number;
  /** Size of the volume, such as `50Gi`. Loki does not stop before it is full. A change makes the store anew; its lines stay on the old volume. */
  storage: string;
  /** Storage class of the volume. Defaults to the cluster's own. A change acts as that of `storage`. */
  storageClass?: string;
  /** Namespace of the store. Defaults to `logs`. A change makes it anew, without its lines. */
  namespace?: string;
  /** Namespace of the collectors. Defaults to `log-collector`. */
  collectorNamespace?: string;
  /** Where Prometheus, Grafana and Alertmanager are. Left out, nobody can ask and no alert is sent. */
  monitoring?: Monitoring;
  /** What monitors wait for: the operator's kinds. Defaults to nothing. */
  after?: readonly pulumi.Resource[];
  /** Folder of a node in which the kubelet keeps pods' logs. Defaults to `/var/log/pods`, the kubelet's own default. */
  podLogFolder?: string;
  /** Seconds after which a collector drops, and counts, what Loki did not take. Defaults to 3600. A change restarts the collectors. */
  giveUpSeconds?: number;
  /** Where alerts begin that are made from lines. Each defaults to what is stated with it. */
  thresholds?: LogAlertThresholds;
  /** Where the runbooks are read. Defaults to this repository. */
  runbookBaseUrl?: string;
  /** CPU and memory of Loki. Defaults to 100m and 1Gi, enough for some 20 GB a day. A change restarts it. */
  storeResources?: ContainerResources;
  /** CPU and memory of each collector. Defaults to 30m and 160Mi. */
  collectorResources?: ContainerResources;
  /** Image of Loki. Defaults to the catalogue's. A change restarts it. */
  lokiImage?: string;
  /** Image of the collectors. Defaults to the catalogue's. */
  collectorImage?: string;
}

/** Every pod's log lines in one place, for as long as wanted, with alerts made from them: Loki, and a collector on each node. */
export class Logs extends pulumi.ComponentResource {
  /** Address that Grafana asks, within the cluster. Resolves when Loki is ready. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: LogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway-platform:index:Logs", name, {}, opts);
    const spec = logsSpec(args);
    refuse("Logs", name, logsProblems(spec));
    const child = { parent: this };
    // Pulumi hands a component's own `dependsOn` down to none of its children.
    const afterKinds = { parent: this, dependsOn: [...(args.after ?? [])] };
    const storeIn = (namespace: pulumi.Input<string>) => identityOf("loki", "loki", "logs", { namespace });
    const collectorIn = (namespace: pulumi.Input<string>) => identityOf("log-collector", "log-collector", "logs", { namespace });
    const [plainStore, plainCollector] = [storeIn(spec.namespace), collectorIn(spec.collectorNamespace)];

    const home = new AddonNamespace(`${name}-namespace`, { namespace: spec.namespace, openings: storeOpenings(plainStore, plainCollector, spec) }, child);
    const store = storeIn(home.name);
    const file = (id: string, identity: typeof store, data: Record<string, string>) =>
      new k8s.core.v1.ConfigMap(`${name}-${id}`, { metadata: autonamed(identity), data }, child).metadata.name;
    const config = file("store-config", store, { "loki.yaml": json(lokiConfig(spec)) });
    const rules = file("rules", store, { "rules.yaml": json(logRules(spec)) });
    new k8s.core.v1.ServiceAccount(`${name}-store-account`, { metadata: named(store), automountServiceAccountToken: false }, child);
    const server = new k8s.apps.v1.StatefulSet(`${name}-store`, lokiStatefulSet(store, spec, config, rules), child);
    new k8s.policy.v1.PodDisruptionBudget(`${name}-store-budget`, disruptionBudget(store), child);
    const ports = [{ name: "http", port: lokiPort, targetPort: lokiPort, protocol: "TCP" }];
    const service = new k8s.core.v1.Service(
      `${name}-store-service`,
      { metadata: named(store), spec: { type: "ClusterIP", selector: selectorLabels(store), ports } },
      { parent: this, dependsOn: server },
    );

    const nodes = new AddonNamespace(
      `${name}-collector-namespace`,
      { namespace: spec.collectorNamespace, openings: collectorOpenings(plainCollector, plainStore, spec), privileged: hostPathReason },
      child,
    );
    const collector = collectorIn(nodes.name);
    const collecting = file("collector-config", collector, { "config.yaml": json(logCollectorConfig(spec)) });
    new k8s.core.v1.ServiceAccount(`${name}-collector-account`, { metadata: named(collector), automountServiceAccountToken: false }, child);
    new k8s.apps.v1.DaemonSet(`${name}-collector`, logCollectorDaemonSet(collector, spec, collecting), { parent: this, dependsOn: service });

    scrapePodsByOperator(store, args.monitoring && { ...args.monitoring, sampleLimit: args.monitoring.sampleLimit ?? 15_000 }, afterKinds);
    scrapePodsByOperator(collector, args.monitoring, afterKinds);
    this.url = service.id.apply(() => `http://${store.name}.${spec.namespace}:${lokiPort}`);
    this.registerOutputs({ url: this.url });
  }
}

/** Both read YAML, and JSON is YAML. */
const json = (config: object) => `${JSON.stringify(config, null, 2)}\n`;
