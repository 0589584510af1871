import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs, ContainerResources, Monitoring } from "../component-args.ts";
import { disruptionBudget } from "../kubernetes/budget.ts";
import { type Identity, identityOf, named, selectorLabels } from "../kubernetes/identity.ts";
import { admitClient, workloadPolicy } from "../kubernetes/network.ts";
import { bindingVolumes, container, environment, podTemplate } from "../kubernetes/pod.ts";
import { resourceRequirements } from "../kubernetes/resources.ts";
import { allowScraping, metricsPortName, scrapeAnnotations, scrapeByOperator } from "../kubernetes/scrape.ts";

export interface ExporterArgs extends ComponentArgs {
  /** Image of the exporter. A change restarts the exporter, not what it watches. */
  image: pulumi.Input<string>;
  /** Port that serves `/metrics`. */
  port: number;
  /** The service it watches, with the least login that can. Its secret files are mounted below `/run/secrets/bindings/<name>`. */
  uses: ServiceBinding[];
  /** Command-line arguments. Never a secret. */
  arguments?: string[];
  /** Environment of the process. Never a secret: name the path of a mounted file. */
  environment?: Record<string, pulumi.Input<string>>;
  /** How Prometheus reaches it. */
  monitoring: Monitoring;
  /** Defaults to 10m CPU and 32Mi memory, three times what the exporters of the library use at rest. */
  resources?: ContainerResources;
}

/**
 * A Prometheus exporter beside the service it watches, never inside its pod: a sidecar that crashes would take a healthy
 * database out of its Service, and a sidecar's upgrade would restart it.
 */
export class Exporter extends pulumi.ComponentResource {
  /** Name of the Service, and so the `job` label of its series. */
  readonly job: pulumi.Output<string>;

  constructor(name: string, args: ExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:Exporter", name, {}, opts);
    const identity = identityOf(name, "exporter", "metrics", args);
    this.job = makeExporter(identity, args, exporterPod(identity, args), this);
    this.registerOutputs({ job: this.job });
  }
}

/** What every exporter is made of, around its pod. Returns the name of the Service, the `job` label of its series. */
export function makeExporter(
  identity: Identity,
  { annotations, monitoring, port, uses }: Pick<ExporterArgs, "annotations" | "monitoring" | "port" | "uses">,
  template: k8s.types.input.core.v1.PodTemplateSpec,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { name } = identity;
  const child = { parent };
  const known = { ...named(identity), annotations: Object.assign({}, identity.annotations, ...uses.map(({ accountAnnotations }) => accountAnnotations)) };
  new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata: known, automountServiceAccountToken: false }, child);
  new k8s.networking.v1.NetworkPolicy(`${name}-policy`, workloadPolicy(identity, allowScraping(monitoring, port), uses), child);
  admitClient(identity, uses, child);
  const deployment = new k8s.apps.v1.Deployment(
    name,
    {
      metadata: named(identity),
      spec: {
        replicas: 1,
        selector: { matchLabels: selectorLabels(identity) },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template,
      },
    },
    child,
  );
  new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, disruptionBudget(identity), child);
  const service = new k8s.core.v1.Service(
    name,
    {
      metadata: { ...named(identity), annotations: { ...annotations, ...scrapeAnnotations(monitoring, port) } },
      spec: {
        type: "ClusterIP",
        selector: selectorLabels(identity),
        ports: [{ name: metricsPortName, port, targetPort: metricsPortName, protocol: "TCP" }],
      },
    },
    { parent, dependsOn: deployment },
  );
  scrapeByOperator(identity, monitoring, child);
  return service.metadata.name;
}

/** Probes of an exporter: its root page and an open port tell that it lives; asking for /metrics would load what it watches. */
export const exporterProbes = {
  startupProbe: { tcpSocket: { port: metricsPortName }, periodSeconds: 2, failureThreshold: 30 },
  readinessProbe: { httpGet: { path: "/", port: metricsPortName }, periodSeconds: 10, timeoutSeconds: 2 },
  livenessProbe: { tcpSocket: { port: metricsPortName }, periodSeconds: 20, failureThreshold: 6 },
};

function exporterPod(identity: Identity, args: ExporterArgs) {
  const { volumes, mounts } = bindingVolumes(args.uses);
  return podTemplate(identity, {
    terminationGracePeriodSeconds: 10,
    containers: [
      container({
        name: "exporter",
        image: args.image,
        args: args.arguments,
        env: environment(args.environment ?? {}),
        ports: [{ name: metricsPortName, containerPort: args.port, protocol: "TCP" }],
        volumeMounts: mounts,
        resources: resourceRequirements(args.resources ?? { cpu: "10m", memory: "32Mi", ephemeralStorage: "16Mi" }),
        ...exporterProbes,
      }),
    ],
    volumes,
  });
}
