import { expect, test } from "vitest";
import { Worker, type WorkerArgs } from "./worker.ts";

const args: WorkerArgs = {
  namespace: "links",
  image: "example.org/links@sha256:0",
  command: ["node", "src/worker.ts"],
  resources: { cpu: "100m", memory: "128Mi" },
};
const postgres = { name: "postgres", namespace: "links", host: "postgres", port: 5432 };

test.each<[string, Partial<WorkerArgs>, RegExp]>([
  ["no command", { command: [] }, /Worker "links-worker": command is empty; name the program/],
  ["half a replica", { replicas: 1.5 }, /replicas 1\.5 is no number of replicas; give a whole number, or 0/],
  ["no time for jobs", { shutdownSeconds: 0 }, /shutdownSeconds 0 is out of bounds; give 1 to 3600/],
  ["one binding twice", { uses: [postgres, postgres] }, /uses names the binding "postgres" twice/],
  ["a variable no shell can name", { environment: { "log-level": "info" } }, /environment\.log-level is no name of a variable/],
  ["a limit below the request", { resources: { cpu: "200m", cpuLimit: "100m", memory: "128Mi" } }, /resources\.cpuLimit 100m is below cpu 200m/],
  ["a port that needs root", { internalPort: 90 }, /internalPort 90 is out of bounds; give 1024 to 65535/],
  ["a deadline before the first probe", { progressDeadlineSeconds: 5 }, /progressDeadlineSeconds 5 is over before a pod can have started/],
])("refuses %s", (_, change, message) => expect(() => new Worker("links-worker", { ...args, ...change })).toThrow(message));
