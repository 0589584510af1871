import { get, kubectl } from "../../kubernetes.ts";
import { settings } from "../../settings.ts";
import type { Fault } from "../fault.ts";
import { heldIn, patched, scaled } from "../in-pod.ts";

const deployment = `deployment/${settings.service}`;

export const versionThatEnds: Fault = {
  name: "a version that ends at its start",
  alerts: ["AppPodCrashLooping warning", "AppRolloutDegraded warning"],
  async start(stack) {
    const { containers } = (await get(stack.namespace, "deployment", settings.service)).spec.template.spec;
    const set = (image: string) => kubectl(["--namespace", stack.namespace, "set", "image", deployment, `${containers[0].name}=${image}`]);
    await set(stack.images.exits);
    return async () => {
      await set(containers[0].image);
      await kubectl(["--namespace", stack.namespace, "rollout", "status", deployment, "--timeout=120s"], { patience: 130 });
    };
  },
};

export const rolloutPaused: Fault = {
  name: "a rollout paused by hand and forgotten",
  alerts: ["AppRolloutPausedTooLong warning"],
  start: (stack) => patched(stack, "deployment/redis-cache-exporter", { spec: { paused: true } }, { spec: { paused: null } }),
};

export const noRoomToScale: Fault = {
  name: "the most replicas lowered to as many as there are",
  alerts: ["AppHpaAtMax warning"],
  async start(stack) {
    const { spec, status } = await get(stack.namespace, "horizontalpodautoscaler", settings.service);
    const { minReplicas, maxReplicas } = spec;
    const tight = { minReplicas: 1, maxReplicas: Math.max(2, status.currentReplicas) };
    return patched(stack, `horizontalpodautoscaler/${settings.service}`, { spec: tight }, { spec: { minReplicas, maxReplicas } });
  },
};

export const exporterGone: Fault = {
  name: "an exporter scaled to 0",
  alerts: ["ExporterDown warning"],
  start: (stack) => scaled(stack, "deployment/redis-cache-exporter", 0),
};

export const processorTaken: Fault = {
  name: "a container that computes without end",
  alerts: ["AppCpuThrottled warning"],
  start: (stack) => heldIn(stack, "backups-store-0", "while :; do :; done"),
};
