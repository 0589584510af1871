import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs, ContainerResources, Monitoring } from "../component-args.ts";
import { disruptionBudget } from "../kubernetes/budget.ts";
import { identityOf, part, selectorLabels } from "../kubernetes/identity.ts";
import { scrapeByOperator } from "../kubernetes/scrape.ts";
import { makeSurroundings } from "../workload/surroundings.ts";
import { horizontalAutoscaler, type Scaling } from "./autoscaler.ts";
import { webDeployment } from "./deployment.ts";
import { type Migration, runMigration } from "./migration.ts";
import { webServicePorts } from "./service.ts";
import { type Drain, webServiceSpec } from "./spec.ts";

export interface WebServiceArgs extends ComponentArgs {
  /** Image to run, by digest where it matters. A change rolls the pods, after the migration. */
  image: pulumi.Input<string>;
  /** What it uses. From it follow variables, mounted secret files, network policies and the start order. A change rolls the pods. */
  uses?: ServiceBinding[];
  /** Plain environment. Never a secret: use `secrets`. A change rolls the pods. */
  environment?: Record<string, pulumi.Input<string>>;
  /** Secrets by name. `TOKEN` becomes a mounted file whose path stands in the variable `TOKEN_FILE`. A change rolls the pods. */
  secrets?: Record<string, pulumi.Input<string>>;
  /** CPU and memory of one replica. A change rolls the pods. */
  resources: ContainerResources;
  /** Replicas, and when to add more. Defaults to 2 to 4 at 75 % CPU or 85 % memory. A change moves no running pod. */
  scaling?: Scaling;
  /** How a pod leaves. Defaults to 5 s before the stop signal and 20 s after it. A change rolls the pods. */
  drain?: Drain;
  /** Work that must have succeeded before pods of a new image start, such as schema migrations. */
  migration?: Migration;
  /** Port of the service. Defaults to 8080; the process reads it from `PORT`. */
  port?: number;
  /** Port of health checks and metrics, never routed to from outside. Defaults to 9090; the process reads it from `INTERNAL_PORT`. */
  internalPort?: number;
  /** Longest time in seconds without progress before a rollout counts as failed. Defaults to 300, below the ten minutes Pulumi waits, so that the reason is seen. */
  progressDeadlineSeconds?: number;
  /** How Prometheus reaches the internal port. Left out, nobody does. */
  monitoring?: Monitoring;
}

/**
 * A stateless HTTP service: replicas that scale, leave without a failed request, and talk to nobody that they don't use.
 *
 * The process answers `/health/startup`, `/health/ready` and `/health/live` and serves `/metrics`, all on the internal port.
 */
export class WebService extends pulumi.ComponentResource {
  /** For other workloads that call this one, and for a `PublicEndpoint`. Resolves when the new version runs. */
  readonly binding: ServiceBinding;

  constructor(name: string, args: WebServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:WebService", name, {}, opts);
    const spec = webServiceSpec(name, args);
    const identity = identityOf(name, "web-service", "web", args);
    const child = { parent: this };

    const { secrets, first } = makeSurroundings(identity, { ...spec, secrets: args.secrets }, child);
    const migrated = args.migration ? [runMigration(part(identity, "migration", "migration"), spec, args.migration, child)] : [];
    const deployment = new k8s.apps.v1.Deployment(name, webDeployment(identity, spec, secrets), {
      parent: this,
      dependsOn: [...first, ...migrated],
      // The autoscaler's, from the first minute on.
      ignoreChanges: ["spec.replicas"],
    });
    new k8s.autoscaling.v2.HorizontalPodAutoscaler(`${name}-scaling`, horizontalAutoscaler(identity, spec), { parent: this, dependsOn: deployment });
    new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, disruptionBudget(identity), child);
    const service = new k8s.core.v1.Service(name, webServicePorts(identity, spec), { parent: this, dependsOn: deployment });
    scrapeByOperator(identity, args.monitoring, child);

    this.binding = {
      name,
      namespace: args.namespace,
      host: service.metadata.name,
      port: spec.port,
      podSelector: selectorLabels(identity),
    };
    this.registerOutputs({ binding: this.binding });
  }
}
