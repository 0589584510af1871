import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import type { ComponentArgs, ContainerResources, Monitoring } from "../component-args.ts";
import { disruptionBudget } from "../kubernetes/budget.ts";
import { identityOf } from "../kubernetes/identity.ts";
import { scrapePodsByOperator } from "../kubernetes/scrape.ts";
import { makeSurroundings } from "../workload/surroundings.ts";
import { workerDeployment, workerSpec } from "./spec.ts";

export interface WorkerArgs extends ComponentArgs {
  /** Image to run, commonly that of the service whose jobs it does. A change rolls the pods. */
  image: pulumi.Input<string>;
  /** Command and arguments, such as `["node", "src/worker.ts"]`. A change rolls the pods. */
  command: string[];
  /** What it uses: commonly the database that holds the queue. From it follow variables, mounted secret files, network policies and the start order. A change rolls the pods. */
  uses?: ServiceBinding[];
  /** Plain environment. Never a secret: use `secrets`. A change rolls the pods. */
  environment?: Record<string, pulumi.Input<string>>;
  /** Secrets by name. `TOKEN` becomes a mounted file whose path stands in the variable `TOKEN_FILE`. A change rolls the pods. */
  secrets?: Record<string, pulumi.Input<string>>;
  /** CPU and memory of one replica. A change rolls the pods. */
  resources: ContainerResources;
  /** Replicas. Defaults to 1: while it restarts jobs wait, and none is lost. With 0 they wait until there are more. A change moves no other pod. */
  replicas?: number;
  /** Seconds that the process has for jobs under way, after the stop signal. Defaults to 30. Jobs that take longer are done again by another worker. A change rolls the pods. */
  shutdownSeconds?: number;
  /** Port of health checks and metrics. Defaults to 9090; the process reads it from `INTERNAL_PORT`. A change rolls the pods. */
  internalPort?: number;
  /** Longest time in seconds without progress before a rollout counts as failed. Defaults to 300, below the ten minutes Pulumi waits, so that the reason is seen. */
  progressDeadlineSeconds?: number;
  /** How Prometheus reaches the internal port. Left out, nobody does. The label `job` of its series is the component's name. */
  monitoring?: Monitoring;
}

/**
 * A process that takes work from a queue: replicas that nobody calls, that finish a job before they leave, and that talk to nobody
 * they don't use. Where the schema of its queue is a migration of a `WebService`, let it depend on that.
 *
 * The process answers `/health/startup`, `/health/ready` and `/health/live` and serves `/metrics`, all on the internal port.
 */
export class Worker extends pulumi.ComponentResource {
  /** Name of the Deployment, and the `job` label of its series. Resolves when the new version runs. */
  readonly job: pulumi.Output<string>;

  constructor(name: string, args: WorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:index:Worker", name, {}, opts);
    const spec = workerSpec(name, args);
    const identity = identityOf(name, "worker", "worker", args);
    const child = { parent: this };

    const { secrets, first } = makeSurroundings(identity, { ...spec, secrets: args.secrets }, child);
    const deployment = new k8s.apps.v1.Deployment(name, workerDeployment(identity, spec, secrets), {
      parent: this,
      // What a component depends on reaches none of its children by itself.
      dependsOn: pulumi.all([first, opts?.dependsOn]).apply(([made, before]) => [...made, ...[before ?? []].flat()]),
    });
    new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, disruptionBudget(identity), child);
    scrapePodsByOperator(identity, args.monitoring, child);

    this.job = deployment.metadata.name;
    this.registerOutputs({ job: this.job });
  }
}
