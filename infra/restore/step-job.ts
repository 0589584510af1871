import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { BatchV1Api, CoreV1Api, Log, type V1Container, type V1Job, type V1Pod } from "@kubernetes/client-node";
import { kubeConfig } from "../preflight/cluster.ts";
import type { Place } from "./place.ts";
import { type StepAnswers, StepFailed, type StepName, type Steps } from "./steps.ts";

/** Name of the suspended CronJob that holds the template, as infra/index.ts gives it. */
export const templateName = "postgres-restore";

const marker = "answer ";

/** Takes each step as a Job of the cluster: there are the database, the backups and the rights to both, and nothing of that is needed here. */
export async function stepJobs({ namespace, context }: Place, show: (line: string) => void, stop: AbortSignal): Promise<Steps> {
  const config = await kubeConfig(context);
  const batch = config.makeApiClient(BatchV1Api);
  const core = config.makeApiClient(CoreV1Api);
  const log = new Log(config);

  return {
    async take<Name extends StepName>(step: Name, subject: string): Promise<StepAnswers[Name]> {
      const job = await createJob(batch, namespace, step, subject);
      const name = job.metadata!.name!;
      try {
        const pod = await startedPod(core, namespace, name, stop);
        const said = await follow(log, namespace, pod, show, stop);
        await outcome(batch, namespace, name, said.last, stop);
        return said.answer as StepAnswers[Name];
      } finally {
        await removeJob(batch, core, namespace, name);
      }
    },
  };
}

async function createJob(batch: BatchV1Api, namespace: string, step: string, subject: string): Promise<V1Job> {
  const template = await batch.readNamespacedCronJob({ name: templateName, namespace }).catch((error: { code?: number }) => {
    if (error.code !== 404) throw error;
    throw new StepFailed(
      `namespace ${namespace} has no CronJob ${templateName}, from which restores are made; bring the stack up first, or name another --stack`,
    );
  });
  const { metadata, spec } = template.spec!.jobTemplate;
  const container = spec!.template.spec!.containers[0]!;
  const pod = { ...spec!.template.spec!, containers: [withVariables(container, { STEP: step, SUBJECT: subject })] };
  const name = `${templateName}-${step}-${randomBytes(3).toString("hex")}`;
  const body = { metadata: { name, labels: metadata?.labels }, spec: { ...spec!, template: { ...spec!.template, spec: pod } } };
  return batch.createNamespacedJob({ namespace, body });
}

function withVariables(container: V1Container, variables: Record<string, string>): V1Container {
  const others = (container.env ?? []).filter(({ name }) => !(name in variables));
  return { ...container, env: [...others, ...Object.entries(variables).map(([name, value]) => ({ name, value }))] };
}

/** Waits for the container to run, or to have run; a reason why it never will ends the wait. */
async function startedPod(core: CoreV1Api, namespace: string, job: string, stop: AbortSignal): Promise<string> {
  for (;;) {
    stop.throwIfAborted();
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: `batch.kubernetes.io/job-name=${job}` });
    const [pod] = items;
    const state = pod?.status?.containerStatuses?.[0]?.state;
    if (state?.running || state?.terminated) return pod!.metadata!.name!;
    const trouble = pod && troubleOf(pod);
    if (trouble) throw new StepFailed(`the pod ${pod.metadata!.name} does not start: ${trouble}`);
    await sleep(500);
  }
}

function troubleOf({ status }: V1Pod): string | undefined {
  const waiting = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].flatMap(({ state }) => state?.waiting ?? []);
  const hopeless = waiting.find(({ reason }) => /^(ErrImagePull|ImagePullBackOff|InvalidImageName|CreateContainerConfigError)$/.test(reason ?? ""));
  return hopeless && `${hopeless.reason} ${hopeless.message ?? ""}`.trim();
}

async function follow(log: Log, namespace: string, pod: string, show: (line: string) => void, stop: AbortSignal): Promise<{ answer?: unknown; last: string }> {
  stop.throwIfAborted();
  const stream = new PassThrough();
  const lines = createInterface({ input: stream });
  // Only no longer read: a request that is ended from here ends this program with an error that nobody can catch.
  stop.addEventListener("abort", () => lines.close(), { once: true });
  await log.log(namespace, pod, "restore", stream, { follow: true });
  const said: { answer?: unknown; last: string } = { last: "" };
  for await (const line of lines) {
    if (line.startsWith(marker)) said.answer = JSON.parse(line.slice(marker.length));
    else {
      said.last = line.replace(/^\S+Z /, "");
      show(said.last);
    }
  }
  stop.throwIfAborted();
  return said;
}

async function outcome(batch: BatchV1Api, namespace: string, name: string, last: string, stop: AbortSignal): Promise<void> {
  for (;;) {
    stop.throwIfAborted();
    const { status } = await batch.readNamespacedJobStatus({ namespace, name });
    const ended = status?.conditions?.find(({ type, status }) => status === "True" && (type === "Complete" || type === "Failed"));
    if (ended?.type === "Complete") return;
    if (ended) throw new StepFailed(last || `${ended.reason}: ${ended.message}`);
    await sleep(500);
  }
}

/** Away with the Job, and only then on: its pod takes what is not finished away before it ends. */
async function removeJob(batch: BatchV1Api, core: CoreV1Api, namespace: string, name: string): Promise<void> {
  const left = (why: string) => new StepFailed(`Job ${name} could not be removed (${why}): kubectl --namespace ${namespace} delete job ${name}`);
  try {
    await batch.deleteNamespacedJob({ namespace, name, propagationPolicy: "Background" });
    for (let second = 0; second < 150; second += 1) {
      const { items } = await core.listNamespacedPod({ namespace, labelSelector: `batch.kubernetes.io/job-name=${name}` });
      if (items.length === 0) return;
      await sleep(1000);
    }
  } catch (error) {
    throw left((error as Error).message.split("\n")[0]!);
  }
  throw left("its pod does not end");
}
