import { eventually, get, type KubernetesObject, kubectl, list } from "./kubernetes.ts";

/** A Job that has ended. */
export interface EndedJob {
  good: boolean;
  /** What its containers have said. */
  log: string;
  /** From its making to its end. */
  seconds: number;
}

/** Makes a Job from a CronJob, as a person does who won't wait for its time. */
export async function startJob(namespace: string, job: string, cronJob: string): Promise<void> {
  await kubectl(["--namespace", namespace, "create", "job", job, `--from=cronjob/${cronJob}`]);
}

/** Waits until a Job has ended, in whichever way. */
export async function endOf(namespace: string, job: string, patienceSeconds = 300): Promise<EndedJob> {
  const ended = async () => {
    const { metadata, status } = await get(namespace, "job", job);
    const end = conditionsOf(status).find(({ type }) => type === "Complete" || type === "Failed");
    return end && { good: end.type === "Complete", seconds: (Date.parse(end.lastTransitionTime) - Date.parse(metadata.creationTimestamp)) / 1000 };
  };
  const end = await eventually(`job ${job} has ended`, patienceSeconds, ended).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${await lastWords(namespace, job)}`);
  });
  // A Job that has reached its deadline has no pods left to ask.
  const log = await kubectl(["--namespace", namespace, "logs", `job/${job}`, "--all-containers"]).catch(({ message }: Error) => message);
  return { ...end, log };
}

/** Makes a Job from a CronJob and waits for its good end. */
export async function runJob(namespace: string, job: string, cronJob: string, patienceSeconds?: number): Promise<EndedJob> {
  await startJob(namespace, job, cronJob);
  return goodEndOf(namespace, job, patienceSeconds);
}

/** Likewise for a Job that must fail. */
export async function runFailingJob(namespace: string, job: string, cronJob: string): Promise<EndedJob> {
  await startJob(namespace, job, cronJob);
  const end = await endOf(namespace, job);
  if (end.good) throw new Error(`Job ${job} should have failed, and has not:\n${await lastWords(namespace, job)}`);
  return end;
}

/** Waits for the good end of a Job that was begun before. */
export async function goodEndOf(namespace: string, job: string, patienceSeconds?: number): Promise<EndedJob> {
  const end = await endOf(namespace, job, patienceSeconds);
  if (!end.good) throw new Error(`Job ${job} failed:\n${await lastWords(namespace, job)}`);
  return end;
}

/** For who must mend it: what Kubernetes says of the Job, the state of its pods, and the last lines of each. */
async function lastWords(namespace: string, job: string): Promise<string> {
  const ofJob = `--selector=batch.kubernetes.io/job-name=${job}`;
  const { status } = await get(namespace, "job", job);
  const conditions = conditionsOf(status).map(({ type, reason, message }) => [type, reason, message].filter(Boolean).join(": "));
  const pods = (await list(namespace, "pods", ofJob)).map(podLine);
  const lines = await kubectl(["--namespace", namespace, "logs", ofJob, "--all-containers", "--ignore-errors", "--prefix", "--tail=15"]);
  return [...conditions, ...pods, lines.trim() || "no container has said anything"].join("\n");
}

function podLine({ metadata, status }: KubernetesObject): string {
  const containers: KubernetesObject[] = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const states = containers.map(({ name, state }) => {
    const { exitCode, message, reason } = state.terminated ?? state.waiting ?? {};
    return [name, reason ?? Object.keys(state)[0], exitCode, message].filter((part) => part !== undefined).join(" ");
  });
  return `pod ${metadata.name}: ${[status.phase, ...states].join(", ")}`;
}

const conditionsOf = (status: KubernetesObject): KubernetesObject[] => status.conditions ?? [];
