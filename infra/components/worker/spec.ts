import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { refuse } from "../argument-error.ts";
import type { Monitoring } from "../component-args.ts";
import { type Identity, named, selectorLabels } from "../kubernetes/identity.ts";
import { scrapeAnnotations } from "../kubernetes/scrape.ts";
import { portProblem, shutdownProblem, workloadProblems } from "../workload/arguments.ts";
import { type WorkloadPod, workloadPod } from "../workload/pod.ts";
import type { WorkerArgs } from "./worker.ts";

/** The arguments with every default filled in. */
export interface WorkerSpec extends WorkloadPod {
  replicas: number;
  progressDeadlineSeconds: number;
  monitoring?: Monitoring;
}

export function workerSpec(name: string, args: WorkerArgs): WorkerSpec {
  const spec: WorkerSpec = {
    container: "worker",
    image: args.image,
    command: args.command,
    uses: args.uses ?? [],
    environment: args.environment ?? {},
    secretNames: Object.keys(args.secrets ?? {}),
    resources: args.resources,
    internalPort: args.internalPort ?? 9090,
    // Nobody sends it requests, so there is nothing to wait for before the stop signal.
    preStopSeconds: 0,
    shutdownSeconds: args.shutdownSeconds ?? 30,
    replicas: args.replicas ?? 1,
    progressDeadlineSeconds: args.progressDeadlineSeconds ?? 300,
    monitoring: args.monitoring,
  };
  const { replicas, progressDeadlineSeconds } = spec;
  refuse("Worker", name, [
    ...workloadProblems(spec),
    args.command.length === 0 && 'command is empty; name the program, such as ["node", "src/worker.ts"].',
    !(Number.isInteger(replicas) && replicas >= 0) && `replicas ${replicas} is no number of replicas; give a whole number, or 0 to let jobs wait.`,
    shutdownProblem("shutdownSeconds", spec.shutdownSeconds),
    portProblem("internalPort", spec.internalPort),
    !(progressDeadlineSeconds >= 30) && `progressDeadlineSeconds ${progressDeadlineSeconds} is over before a pod can have started; give at least 30.`,
  ]);
  return spec;
}

export function workerDeployment(identity: Identity, spec: WorkerSpec, secrets: pulumi.Input<string> | undefined): k8s.apps.v1.DeploymentArgs {
  // Without the operator, Prometheus finds the pods themselves: there is no Service to annotate.
  const annotations = scrapeAnnotations(spec.monitoring, spec.internalPort);
  return {
    metadata: named(identity),
    spec: {
      replicas: spec.replicas,
      selector: { matchLabels: selectorLabels(identity) },
      revisionHistoryLimit: 5,
      progressDeadlineSeconds: spec.progressDeadlineSeconds,
      minReadySeconds: 5,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: workloadPod(identity, { ...spec, secrets, ...(Object.keys(annotations).length > 0 && { annotations }) }),
    },
  };
}
