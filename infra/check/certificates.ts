import type { KubernetesObject } from "./cluster.ts";
import { bad, type Check, type Finding, good, warning } from "./finding.ts";
import type { Subject } from "./subject.ts";

/** Days before its end at which a certificate is red: as the critical alert has it. cert-manager renews at a third of the life, 30 days for 90. */
const redDays = 7;
const dayMilliseconds = 86_400_000;
/** Hours that a renewal may take before its delay is worth a look. */
const renewalHours = 24;

export const certificates: Check = {
  name: "certificates",
  asks: "is every certificate issued, and renewed in time",
  async ask(subject) {
    const planned = subject.manifests.filter(({ kind }) => kind === "Certificate").map(({ metadata }) => metadata.name);
    const items: KubernetesObject[] = await (await subject.cluster()).list(`/apis/cert-manager.io/v1/namespaces/${subject.namespace}/certificates`);
    const missing = planned.filter((name) => !items.some(({ metadata }) => metadata.name === name));
    return [...items.map((item) => judge(item, Date.now())), ...missing.map((name) => notThere(name, subject))];
  },
};

function notThere(name: string, { after, stack }: Subject): Finding {
  if (!after) return good(`${name} is not made yet; up makes it.`);
  return bad(`${name} is not there.`, `Make it: npx pulumi up --stack ${stack} --refresh`);
}

export function judge({ metadata: { name, namespace }, status = {} }: KubernetesObject, now: number): Finding {
  const ready = status.conditions?.find(({ type }: { type: string }) => type === "Ready");
  const look = `Look at what cert-manager tries: kubectl --namespace ${namespace} describe certificate,certificaterequest,order,challenge; docs/runbooks/CertificateNotReady.md.`;
  const days = status.notAfter ? (Date.parse(status.notAfter) - now) / dayMilliseconds : undefined;
  if (days !== undefined && days < 0) return bad(`${name} ended on ${status.notAfter}: every caller is refused by its own client.`, look);
  if (ready?.status !== "True") return bad(`${name} is not ready: ${ready?.message ?? "cert-manager has not looked at it"}.`, look);
  if (days === undefined) return good(`${name} is ready.`);
  const left = `${Math.floor(days)} days left`;
  // A life that is short by intention has its renewal ahead of it.
  const late = status.renewalTime && now - Date.parse(status.renewalTime) > renewalHours * 3_600_000;
  if (days < redDays && (late || !status.renewalTime)) return bad(`${name} has ${left}, and was not renewed.`, look);
  if (late) return warning(`${name} should have been renewed at ${status.renewalTime}, and has ${left}.`, look);
  return good(`${name} has ${left}.`);
}
