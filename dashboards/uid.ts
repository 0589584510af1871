import { createHash } from "node:crypto";

/** Longest uid that Grafana takes. */
const longest = 40;

/**
 * The same for the same service at every update, so that links and stars live on; another one per namespace, since Grafana refuses
 * two provisioned dashboards with one uid, and dev and prod may share a Grafana.
 */
export function dashboardUid(namespace: string, service: string, subject: string): string {
  const uid = `${namespace}-${service}-${subject}`;
  if (uid.length <= longest) return uid;
  return `${uid.slice(0, longest - 11)}-${createHash("sha256").update(uid).digest("hex").slice(0, 10)}`;
}
