import { expect, test } from "vitest";
import { synth } from "../../plan/synth.ts";
import { logCollectorConfig, workloadOfPod } from "./collector-config.ts";
import { Logs, type LogsArgs } from "./logs.ts";
import { lokiConfig } from "./loki-config.ts";
import { logsSpec } from "./spec.ts";

const args: LogsArgs = { retentionDays: 14, storage: "20Gi", monitoring: { namespace: "monitoring" } };

test("refuses what can't be meant, all of it at once", () => {
  const wrong: LogsArgs = {
    ...args,
    retentionDays: 0.5,
    storage: "20 GB",
    giveUpSeconds: 0,
    collectorNamespace: "logs",
    storeResources: { cpu: "1", memory: "128Mi" },
    collectorResources: { cpu: "x", memory: "32Mi" },
    thresholds: { errors: 0 },
  };
  expect(() => new Logs("logs", wrong)).toThrow(
    /retentionDays 0\.5[\s\S]*storage "20 GB"[\s\S]*giveUpSeconds 0[\s\S]*collectorNamespace logs[\s\S]*at least 256Mi[\s\S]*at least 64Mi[\s\S]*collectorResources\.cpu "x"[\s\S]*thresholds\.errors 0/,
  );
});

test.each([
  ["links-b4bdbcdcf-n2n8w", "links"],
  ["links-worker-6c8f7d9b5-x7k2p", "links-worker"],
  ["postgres-0", "postgres"],
  ["postgres-12", "postgres"],
  ["backup-29384756-x7k2p", "backup"],
  ["links-migration-48be1ad6-j5xp4", "links-migration"],
  ["log-collector-kvdkv", "log-collector"],
  ["backups-store-0", "backups-store"],
  ["redis-cache", "redis-cache"],
  ["links-2-b4bdbcdcf-n2n8w", "links-2"],
  ["api-gateway-proxy", "api-gateway-proxy"],
])("pod %s is of workload %s", (pod, workload) => {
  // Go's spelling of a named group.
  expect(new RegExp(workloadOfPod.replace("(?P<", "(?<")).exec(pod)?.groups?.workload).toBe(workload);
});

test("lines are kept for the days asked for, and older ones are not taken", () => {
  expect(lokiConfig(logsSpec(args))).toMatchObject({
    limits_config: { retention_period: "336h", reject_old_samples_max_age: "336h" },
    compactor: { retention_enabled: true, delete_request_store: "filesystem" },
  });
});

test("a collector gives up no sooner than it tries again", () => {
  const retry = (giveUpSeconds: number) =>
    (logCollectorConfig(logsSpec({ ...args, giveUpSeconds })) as { exporters: Record<string, { retry_on_failure: object }> }).exporters["otlp_http/loki"]!
      .retry_on_failure;
  expect(retry(5)).toMatchObject({ max_interval: "5s", max_elapsed_time: "5s" });
  expect(retry(3600)).toMatchObject({ max_interval: "30s", max_elapsed_time: "3600s" });
});

test("only the collectors' namespace is let off the standard, with the reason on it, and the files of the node are read-only", async () => {
  const manifests = (await synth(() => void new Logs("logs", args))).flatMap(({ manifest }) => (manifest ? [manifest] : []));
  const namespaces = manifests.filter(({ kind }) => kind === "Namespace");
  const enforced = namespaces.map(({ metadata }) => [metadata.name, metadata.labels?.["pod-security.kubernetes.io/enforce"], metadata.annotations]);
  expect(enforced).toEqual([
    ["log-collector", "privileged", { "slipway/privileged-because": expect.stringContaining("log files") }],
    ["logs", "restricted", undefined],
  ]);
  const daemonSet = manifests.find(({ kind }) => kind === "DaemonSet")!;
  const { volumes, containers, automountServiceAccountToken } = daemonSet.spec.template.spec;
  expect(volumes.filter((volume: object) => "hostPath" in volume)).toEqual([{ name: "pod-logs", hostPath: { path: "/var/log/pods", type: "Directory" } }]);
  expect(containers[0].volumeMounts.every(({ readOnly }: { readOnly?: boolean }) => readOnly)).toBe(true);
  expect(containers[0].securityContext).toMatchObject({ runAsUser: 10001, runAsGroup: 0, capabilities: { drop: ["ALL"] } });
  expect(automountServiceAccountToken).toBe(false);
});
