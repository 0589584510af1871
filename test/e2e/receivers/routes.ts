import { AlertRoutes, type AlertRoutesArgs } from "../../../infra/components/index.ts";
import { synth } from "../../../infra/plan/synth.ts";
import { kubectl } from "../kubernetes.ts";
import type { ReceivedKind } from "./receivers.ts";

/** What a receiver must show to be believed; none may be seen anywhere but in a Secret. */
export const secrets = {
  slack: "slack-token",
  pagerDuty: "0123456789abcdef0123456789abcdef",
  webhook: "webhook-token",
  heartbeat: "heartbeat-token",
  login: "mail-password",
};

/** Makes what the component makes. Secrets are given by reference, so that it names them and nobody has to print them. */
export async function applyRoutes(name: string, args: AlertRoutesArgs): Promise<void> {
  const planned = await synth(() => void new AlertRoutes(name, args));
  const items = planned.flatMap(({ manifest }) => (manifest ? [manifest] : []));
  await kubectl(["apply", "--filename=-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
}

/** The Secret to refer to: as a team has it that keeps its own. */
export async function applySecrets(namespace: string, name: string, values: Record<string, string>): Promise<void> {
  await kubectl(["apply", "--filename=-"], { input: JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, stringData: values }) });
}

/** Routes of every kind to the stand-ins, quick enough for a test; the quiet hours are never now. */
export function routesTo(addresses: Record<ReceivedKind, string>, namespace: string): AlertRoutesArgs {
  const secret = (key: ReceivedKind) => ({ secretName: "routes-test", key });
  const quick = { groupWaitSeconds: 1, groupIntervalSeconds: 5 };
  const mail = { to: ["team-links@example.org", "second@example.org"], from: "alerts@example.org", smarthost: addresses.email, requireTls: false };
  return {
    namespace,
    configLabels: { alertmanager: "main" },
    receivers: [
      { name: "oncall", pagerDuty: { routingKey: secret("pagerDuty"), url: addresses.pagerDuty } },
      { name: "channel", slack: { url: secret("slack"), channel: "#links" } },
      { name: "mail", email: mail },
      { name: "hook", webhook: { url: secret("webhook") } },
      { name: "dead-mans-switch", webhook: { url: secret("heartbeat") } },
    ],
    routes: [
      { ...quick, groupWaitSeconds: 5, severities: ["critical"], receivers: ["oncall", "channel", "mail", "hook"] },
      { ...quick, severities: ["warning"], receivers: ["channel"] },
    ],
    quietHours: { timeZone: "UTC", from: hourFromNow("UTC", 6), to: hourFromNow("UTC", 7), days: [] },
    heartbeat: { receiver: "dead-mans-switch", everySeconds: 10 },
  };
}

/** The full hour that is so many hours away, as the zone's clocks show it. */
export function hourFromNow(timeZone: string, hours: number): string {
  const hour = new Date(Date.now() + hours * 3_600_000).toLocaleString("en", { timeZone, hour: "2-digit", hourCycle: "h23" });
  return `${hour.padStart(2, "0")}:00`;
}
