import { clusterMetrics } from "../../cluster/cluster-metrics.ts";
import { get } from "../../kubernetes.ts";
import { settings } from "../../settings.ts";
import type { Stack } from "../../stack.ts";
import type { Fault } from "../fault.ts";
import { patched } from "../in-pod.ts";

const certificate = `${settings.service}-public`;

async function certificateWith(stack: Stack, changed: Record<string, unknown>): Promise<() => Promise<void>> {
  const { spec } = await get(stack.namespace, "certificate", certificate);
  const before = Object.fromEntries(Object.keys(changed).map((key) => [key, spec[key] ?? null]));
  return patched(stack, `certificate/${certificate}`, { spec: changed }, { spec: before });
}

export const certificateOfDays: Fault = {
  name: "a certificate that ends in 5 days",
  alerts: ["CertificateExpiringSoon warning"],
  start: (stack) => certificateWith(stack, { duration: "120h", renewBefore: "1h" }),
};

export const certificateOfHours: Fault = {
  name: "a certificate that ends in 2 hours",
  alerts: ["CertificateExpiringSoon critical"],
  start: (stack) => certificateWith(stack, { duration: "2h", renewBefore: "1h" }),
};

export const issuerGone: Fault = {
  name: "a certificate whose issuer is not there",
  alerts: ["CertificateNotReady warning"],
  start: (stack) => certificateWith(stack, { issuerRef: { group: "cert-manager.io", kind: "Issuer", name: "no-such-issuer" } }),
};

export const clusterMetricsGone: Fault = {
  name: "the metrics of the cluster are not there",
  alerts: ["ClusterMetricsAbsent warning"],
  async start() {
    await clusterMetrics(false);
    return () => clusterMetrics(true);
  },
};
