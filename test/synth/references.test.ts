import { describe, expect, test } from "vitest";
import { containersOf, type KubernetesObject, matches, objectsOf, planned, stacks, titleOf, workloadsOf } from "./objects.ts";

describe.each(stacks)("stack %s", (stack) => {
  const named = async (kind: string) =>
    new Map((await objectsOf(stack)).filter((object) => object.kind === kind).map((object) => [object.metadata.name, object]));

  test("makes no object twice", async () => {
    const keys = (await objectsOf(stack)).map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.namespace}/${metadata.name}`);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  test("puts every namespaced object into its own namespace, or into that of its drills", async () => {
    const objects = await objectsOf(stack);
    const [own, ...others] = objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name);
    expect(own).not.toBe("default");
    expect(others).toEqual([`${own}-drill`]);
    const places = new Set([own, ...others]);
    expect(objects.filter(({ kind, metadata }) => kind !== "Namespace" && !places.has(metadata.namespace)).map(titleOf)).toEqual([]);
  });

  test("every Secret, ConfigMap, ServiceAccount and claim that a pod names exists, with the keys it names", async () => {
    const [configMaps, accounts] = [await named("ConfigMap"), await named("ServiceAccount")];
    const secrets = new Map([...(await named("Secret")), ...issued(await named("Certificate"))]);
    const missing = workloadsOf(await objectsOf(stack)).flatMap((workload) => {
      const title = titleOf(workload.object);
      const claims = (workload.object.spec.volumeClaimTemplates ?? []).map((claim: KubernetesObject) => claim.metadata.name);
      const volumes = [...(workload.pod.volumes ?? []).map(({ name }: { name: string }) => name), ...claims];
      const holders = (workload.pod.volumes ?? []).flatMap((volume: Volume) => {
        if (volume.secret) return unresolved(`${title}: secret`, secrets.get(volume.secret.secretName), volume.secret.secretName, volume.secret.items);
        if (volume.projected)
          return volume.projected.sources.flatMap(({ secret }) => unresolved(`${title}: secret`, secrets.get(secret.name), secret.name, secret.items));
        if (volume.configMap) return unresolved(`${title}: config map`, configMaps.get(volume.configMap.name), volume.configMap.name, volume.configMap.items);
        return [];
      });
      const mounts = containersOf(workload).flatMap(({ name, volumeMounts = [] }) =>
        volumeMounts
          .filter((mount: { name: string }) => !volumes.includes(mount.name))
          .map((mount: { name: string }) => `${title}: container ${name} mounts ${mount.name}`),
      );
      return [
        ...holders,
        ...mounts,
        ...(accounts.has(workload.pod.serviceAccountName) ? [] : [`${title}: service account ${workload.pod.serviceAccountName}`]),
      ];
    });
    expect(missing).toEqual([]);
  });

  test("every Service leads to pods, by a port that they have", async () => {
    const workloads = workloadsOf(await objectsOf(stack));
    const broken = [...(await named("Service")).values()].flatMap((service) => {
      const behind = workloads.filter(({ labels }) => matches(service.spec.selector, labels));
      const ports = behind.flatMap((workload) =>
        containersOf(workload).flatMap(({ ports = [] }) => ports.flatMap(({ name, containerPort }: Port) => [name, containerPort])),
      );
      const lost = service.spec.ports.filter(({ targetPort }: { targetPort: string | number }) => !ports.includes(targetPort));
      return behind.length === 1 && lost.length === 0 ? [] : [`${titleOf(service)}: ${behind.length} workloads, ports without a pod: ${JSON.stringify(lost)}`];
    });
    expect(broken).toEqual([]);
  });

  test("every StatefulSet's Service, every route's Service and port, and every certificate exists", async () => {
    const services = await named("Service");
    const secretsOfCertificates = [...(await named("Certificate")).values()].map(({ spec }) => spec.secretName);
    const broken = (await objectsOf(stack)).flatMap((object) => {
      if (object.kind === "StatefulSet" && !services.has(object.spec.serviceName)) return [`${titleOf(object)}: ${object.spec.serviceName}`];
      if (object.kind !== "Ingress") return [];
      const backends = object.spec.rules.flatMap((rule: IngressRule) => rule.http.paths.map(({ backend }) => backend.service));
      const lost = backends.filter(
        ({ name, port }: Backend) => !services.get(name)?.spec.ports.some((offered: { port: number }) => offered.port === port.number),
      );
      const plain = object.spec.tls.filter(({ secretName }: { secretName: string }) => !secretsOfCertificates.includes(secretName));
      return [...lost, ...plain].map((reference) => `${titleOf(object)}: ${JSON.stringify(reference)}`);
    });
    expect(broken).toEqual([]);
  });

  test("every autoscaler has a target, and the target leaves the number of replicas to it", async () => {
    const deployments = await named("Deployment");
    const scalers = [...(await named("HorizontalPodAutoscaler")).values()];
    expect(scalers.length).toBeGreaterThan(0);
    for (const scaler of scalers) {
      const target = deployments.get(scaler.spec.scaleTargetRef.name);
      expect(target?.spec, titleOf(scaler)).not.toHaveProperty("replicas");
      for (const container of target!.spec.template.spec.containers)
        expect(Object.keys(container.resources.requests)).toEqual(expect.arrayContaining(["cpu", "memory"]));
    }
  });

  test("every Deployment and StatefulSet has one disruption budget, and none blocks a drain for ever", async () => {
    const budgets = [...(await named("PodDisruptionBudget")).values()];
    const lasting = workloadsOf(await objectsOf(stack)).filter(({ object }) => ["Deployment", "StatefulSet"].includes(object.kind));
    for (const { object, labels } of lasting) {
      const own = budgets.filter((budget) => matches(budget.spec.selector.matchLabels, labels));
      expect(own.map(titleOf), titleOf(object)).toHaveLength(1);
      expect(own[0]!.spec).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" });
    }
    expect(budgets).toHaveLength(lasting.length);
  });

  test("selectors hold the two labels that never change, and no other", async () => {
    for (const { object, labels } of workloadsOf(await objectsOf(stack))) {
      const selector = object.spec.selector?.matchLabels;
      if (!selector) continue;
      expect(Object.keys(selector).sort(), titleOf(object)).toEqual(["app.kubernetes.io/instance", "app.kubernetes.io/name"]);
      expect(matches(selector, labels)).toBe(true);
      expect(selector["app.kubernetes.io/instance"]).toBe(object.metadata.name);
    }
  });

  test("no two workloads share a selector", async () => {
    const workloads = workloadsOf(await objectsOf(stack)).filter(({ object }) => object.spec.selector);
    for (const { object, labels } of workloads) {
      expect(workloads.filter((other) => matches(other.object.spec.selector.matchLabels, labels)).map((other) => titleOf(other.object))).toEqual([
        titleOf(object),
      ]);
    }
  });

  test("a resource is protected exactly where data is to be kept", async () => {
    const kept = (await planned(stack)).filter(({ options }) => options.protect).map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
    if (stack === "dev") expect(kept).toEqual([]);
    else expect(kept).toEqual(expect.arrayContaining(["StatefulSet postgres", "StatefulSet redis-state", "Namespace links-prod", "Bucket backups"]));
  });
});

interface Volume {
  secret?: { secretName: string; items?: { key: string }[] };
  projected?: { sources: { secret: { name: string; items: { key: string }[] } }[] };
  configMap?: { name: string; items?: { key: string }[] };
}
interface Port {
  name: string;
  containerPort: number;
}
interface Backend {
  name: string;
  port: { number: number };
}
interface IngressRule {
  http: { paths: { backend: { service: Backend } }[] };
}

/** The Secrets that cert-manager fills. */
function issued(certificates: Map<string, KubernetesObject>): [string, KubernetesObject][] {
  return [...certificates.values()].map((certificate) => [
    certificate.spec.secretName,
    { ...certificate, kind: "Secret", data: { "ca.crt": "", "tls.crt": "", "tls.key": "" } },
  ]);
}

function unresolved(title: string, holder: KubernetesObject | undefined, name: string, items: { key: string }[] = []): string[] {
  if (!holder) return [`${title} ${name}`];
  const keys = Object.keys({ ...holder.data, ...holder.stringData });
  return items.filter(({ key }) => !keys.includes(key)).map(({ key }) => `${title} ${name}: key ${key}`);
}
