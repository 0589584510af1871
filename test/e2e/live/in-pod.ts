import { spawn } from "node:child_process";
import { once } from "node:events";
import { type CommandOptions, output } from "../command.ts";
import { get, kubectl, servingPods } from "../kubernetes.ts";
import { asSuperuser } from "../postgres.ts";
import type { Stack } from "../stack.ts";

/** Runs a shell's script in a pod for as long as its input stays open, ten minutes at most; gives what ends it. */
export async function heldIn(stack: Stack, pod: string, script: string): Promise<() => Promise<void>> {
  // A session of its own, so that what the script starts ends with it.
  const shell = 'setsid sh -c "$1" & child=$!; trap "kill -- -$child" EXIT; timeout 600 cat >/dev/null';
  const command = ["--namespace", stack.namespace, "exec", "--stdin", pod, "--", "sh", "-c", shell, "sh", script];
  const child = spawn("kubectl", command, { stdio: ["pipe", "ignore", "ignore"] });
  child.stdin.on("error", () => {});
  const ended = once(child, "close");
  return async () => {
    child.stdin.end();
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5000))]);
    child.kill();
  };
}

/** The service's replicas, in an order that stays: faults of one round take the first or the last, and so not the same. */
export async function podNames(stack: Stack): Promise<string[]> {
  const pods = await servingPods(stack.namespace, stack.service);
  return pods.map(({ metadata }) => metadata.name as string).sort();
}

/** Runs a command in a pod to its end. */
export function inPod(stack: Stack, pod: string, command: readonly string[], options: CommandOptions = {}): Promise<string> {
  return kubectl(["--namespace", stack.namespace, "exec", "--stdin", pod, "--", ...command], options);
}

/** Under a name of its own, by which a fault is known in the server. */
export const asFault = `${asSuperuser} PGAPPNAME=fault`;

/** Runs statements in Postgres as its superuser, again and again; gives what ends it. */
export function repeatedly(stack: Stack, statements: string): Promise<() => Promise<void>> {
  return heldIn(stack, "postgres-0", `${asFault}; { while :; do echo "${statements}"; done; } | exec psql --quiet --output=/dev/null`);
}

export async function sql(stack: Stack, text: string): Promise<string> {
  return inPod(stack, "postgres-0", ["sh", "-c", `${asFault}; exec psql --no-psqlrc --tuples-only --no-align --set=ON_ERROR_STOP=1`], { input: text });
}

/** Stops a pod's first process, as a hanging one; gives what lets it go on. */
export async function frozen(stack: Stack, pod: string): Promise<() => Promise<void>> {
  const pid = await processOf(stack, pod);
  process.kill(pid, "SIGSTOP");
  return async () => {
    try {
      process.kill(pid, "SIGCONT");
    } catch {
      // Its container was restarted meanwhile.
    }
  };
}

export async function processOf(stack: Stack, pod: string): Promise<number> {
  const { processOf } = stack.cluster;
  if (!processOf) throw new Error("No way to a pod's process from here: set SLIPWAY_E2E_PROCESS_OF, on a cluster whose node is this machine.");
  return Number(await output([...processOf, stack.namespace, pod]));
}

/** Scales a workload; gives what brings back the number before. */
export async function scaled(stack: Stack, workload: string, replicas: number): Promise<() => Promise<void>> {
  const [kind, name] = workload.split("/") as [string, string];
  const before = (await get(stack.namespace, kind, name)).spec.replicas;
  const scale = (count: number) => kubectl(["--namespace", stack.namespace, "scale", workload, `--replicas=${count}`]);
  await scale(replicas);
  return async () => {
    await scale(before);
    await kubectl(["--namespace", stack.namespace, "rollout", "status", workload, "--timeout=120s"], { patience: 130 });
  };
}

/** Changes an object by a merge patch; gives what takes it back. */
export async function patched(stack: Stack, object: string, patch: object, back: object): Promise<() => Promise<void>> {
  const apply = (content: object) => kubectl(["--namespace", stack.namespace, "patch", object, "--type=merge", `--patch=${JSON.stringify(content)}`]);
  await apply(patch);
  return async () => void (await apply(back));
}
