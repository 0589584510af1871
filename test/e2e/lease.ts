import { kubectl, list } from "./kubernetes.ts";
import { settings } from "./settings.ts";

const leaseSeconds = 90;
const renewEverySeconds = 20;
/** Where the leases of runs lie: in no namespace of a run, since those come and go. */
const home = "default";

/**
 * Says in the cluster that a run goes on, as Kubernetes' own controllers do: by a Lease, renewed until `end` is called.
 * Two runs at once disturb each other, so while another one is renewed, this is refused.
 * What runs left behind whose lease has ended, because they were killed, is deleted first.
 */
export async function beginRun(namespace: string): Promise<{ end: () => Promise<void> }> {
  const alive = (await leases()).filter(({ spec }) => Date.now() < Date.parse(spec.renewTime) + spec.leaseDurationSeconds * 1000);
  const others = alive.map(({ metadata }) => metadata.name as string).filter((name) => name !== namespace);
  if (others.length > 0) {
    throw new Error(
      `The run of ${others.join(", ")} goes on, and two at once disturb each other; wait until it ends, at most ${leaseSeconds} s after it was killed.`,
    );
  }
  await removeLeftovers(namespace);
  await renew(namespace);
  const timer = setInterval(() => renew(namespace).catch((error) => console.warn(`The lease of this run: ${error}`)), renewEverySeconds * 1000);
  timer.unref();
  return {
    end: async () => {
      clearInterval(timer);
      await kubectl(["--namespace", home, "delete", "lease", namespace, "--ignore-not-found"]);
    },
  };
}

async function leases() {
  return (await list(home, "leases")).filter(({ metadata }) => metadata.name.startsWith(settings.namespacePrefix));
}

async function removeLeftovers(own: string): Promise<void> {
  const namespaces = (await list(home, "namespaces")).map(({ metadata }) => metadata.name as string);
  const left = namespaces.filter((name) => name.startsWith(settings.namespacePrefix) && !name.startsWith(own));
  if (left.length > 0) {
    console.log(`Left by a run that was cut off, deleted: ${left.join(", ")}`);
    await kubectl(["delete", "namespace", ...left, "--ignore-not-found", "--timeout=240s"], { patience: 250 });
  }
  for (const { metadata } of await leases()) {
    if (metadata.name !== own) await kubectl(["--namespace", home, "delete", "lease", metadata.name, "--ignore-not-found"]);
  }
}

async function renew(name: string): Promise<void> {
  const lease = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: home },
    spec: { holderIdentity: `process ${process.pid}`, leaseDurationSeconds: leaseSeconds, renewTime: new Date().toISOString().replace("Z", "000Z") },
  };
  await kubectl(["apply", "--server-side", "--field-manager=slipway-e2e", "--force-conflicts", "--filename=-"], { input: JSON.stringify(lease) });
}
