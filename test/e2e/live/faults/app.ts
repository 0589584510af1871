import { settings } from "../../settings.ts";
import type { Fault } from "../fault.ts";
import { frozen, heldIn, podNames, processOf, scaled } from "../in-pod.ts";

export const replicaHangs: Fault = {
  name: "one replica hangs (SIGSTOP)",
  alerts: ["AppTargetDown warning", "AppRolloutStuck warning", "DisruptionBudgetBlocking warning"],
  start: async (stack) => frozen(stack, (await podNames(stack))[0]!),
};

/** Milliseconds of each pause: seen by the measure of the event loop, and too short to make answers late. */
const pause = 230;

export const eventLoopBlocked: Fault = {
  name: `one replica stopped for ${pause} ms every second (SIGSTOP, SIGCONT)`,
  alerts: ["AppEventLoopLagHigh warning"],
  async start(stack) {
    const pid = await processOf(stack, (await podNames(stack)).at(-1)!);
    const timer = setInterval(() => {
      process.kill(pid, "SIGSTOP");
      setTimeout(() => process.kill(pid, "SIGCONT"), pause);
    }, 1000);
    return async () => {
      clearInterval(timer);
      await new Promise((resolve) => setTimeout(resolve, pause + 50));
    };
  },
};

/** Reads what the container uses and may use, under either version of control groups, and takes the rest but 5 %. */
const eater = `
  const { existsSync, readFileSync } = require("node:fs");
  const old = existsSync("/sys/fs/cgroup/memory");
  const read = (name) => readFileSync("/sys/fs/cgroup/" + (old ? "memory/memory." : "memory.") + name, "utf8");
  const limit = Number(read(old ? "limit_in_bytes" : "max"));
  const inactive = () => Number(/^(?:total_)?inactive_file (\\d+)/m.exec(read("stat"))[1]);
  const kept = [];
  setInterval(() => {
    if (Number(read(old ? "usage_in_bytes" : "current")) - inactive() < 0.95 * limit) kept.push(Buffer.alloc(1 << 20, 1));
  }, 20);
`;

export const memoryNearLimit: Fault = {
  name: "another process fills the container's memory to 95 %",
  alerts: ["AppMemoryNearLimit warning"],
  async start(stack) {
    const [pod] = await podNames(stack);
    return heldIn(stack, pod!, `exec node --max-old-space-size=16 --eval '${eater}'`);
  },
};

export const memoryExceeded: Fault = {
  name: "many small processes fill the container's memory: the kernel kills the largest, the service",
  alerts: ["ContainerOutOfMemory warning"],
  async start(stack) {
    const [pod] = await podNames(stack);
    // A shell that reads zeros into a variable is smaller than the service, and there are enough of them.
    const end = await heldIn(stack, pod!, "for n in 1 2 3 4 5 6 7 8; do (x=$(head --bytes=20000000 /dev/zero | tr '\\0' x); sleep 60) & done; wait");
    return end;
  },
};

export const noReplicas: Fault = {
  name: "the service scaled to 0",
  alerts: ["AppMetricsAbsent critical"],
  start: (stack) => scaled(stack, `deployment/${settings.service}`, 0),
};
