import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceBinding } from "../binding.ts";
import { type Identity, labelsOf } from "./identity.ts";
import { containerSecurityContext, podSecurityContext } from "./pod-security.ts";

type Container = k8s.types.input.core.v1.Container;
type EnvVar = k8s.types.input.core.v1.EnvVar;
type PodSpec = k8s.types.input.core.v1.PodSpec;
type Volume = k8s.types.input.core.v1.Volume;
type VolumeMount = k8s.types.input.core.v1.VolumeMount;

const bindingsRoot = "/run/secrets/bindings";
/** Secret file of the authority that signs for a server, as cert-manager names it. */
export const authorityFile = "ca.crt";

/** A pod template with the safe defaults. Labels beyond the selector are on the object only: a new owner restarts nothing. */
export function podTemplate(identity: Identity, spec: PodSpec, annotations?: Record<string, string>) {
  const labels = labelsOf({ ...identity, labels: {} });
  return {
    metadata: annotations ? { labels, annotations } : { labels },
    spec: {
      serviceAccountName: identity.name,
      // Nothing here talks to the Kubernetes API, so no pod carries a token that could.
      automountServiceAccountToken: false,
      // The variables of every Service in the namespace would leak into the pod, and a hundred Services slow its start.
      enableServiceLinks: false,
      securityContext: podSecurityContext,
      // Five dots, the default, turns each look-up of an outside name into four queries that fail first.
      dnsConfig: { options: [{ name: "ndots", value: "2" }] },
      restartPolicy: "Always",
      ...spec,
    } satisfies PodSpec,
  };
}

/** A container with the safe defaults: restricted, read-only, pulled by what the registry says now. */
export function container(spec: Container): Container {
  return { imagePullPolicy: "Always", securityContext: containerSecurityContext, terminationMessagePolicy: "FallbackToLogsOnError", ...spec };
}

/** A directory that is empty at the start and gone with the pod. Bounded, since an unbounded one can fill the node. */
export function scratch(name: string, mountPath: string, sizeLimit: string, medium?: "Memory"): { volume: Volume; mount: VolumeMount } {
  return { volume: { name, emptyDir: medium ? { medium, sizeLimit } : { sizeLimit } }, mount: { name, mountPath } };
}

/** A volume that is made for the pod and goes with it: what would fill the node's disk. */
export function ephemeralVolume(name: string, mountPath: string, storage: string): { volume: Volume; mount: VolumeMount } {
  const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } };
  return { volume: { name, ephemeral: { volumeClaimTemplate: { spec: claim } } }, mount: { name, mountPath } };
}

const prefixOf = (binding: ServiceBinding) => binding.name.toUpperCase().replaceAll("-", "_");
const variable = (text: string) => text.toUpperCase().replaceAll(/[^A-Za-z0-9]/g, "_");

/** Where a binding's secret file is, seen from the container. */
export function secretFilePath(binding: ServiceBinding, file: string): string {
  return `${bindingsRoot}/${binding.name}/${file}`;
}

/** Path of the authority to verify a bound service by; undefined for one that speaks plainly. */
export function authorityFilePath(binding: ServiceBinding): string | undefined {
  return binding.secretFiles?.includes(authorityFile) ? secretFilePath(binding, authorityFile) : undefined;
}

/** The variables that tell a container where the bound services are. Never a secret: of those only the path. */
export function bindingEnvironment(uses: readonly ServiceBinding[]): EnvVar[] {
  return uses.flatMap((binding): EnvVar[] => [
    { name: `${prefixOf(binding)}_HOST`, value: binding.host },
    { name: `${prefixOf(binding)}_PORT`, value: `${binding.port}` },
    ...Object.entries(binding.settings ?? {}).map(([key, value]) => ({ name: `${prefixOf(binding)}_${variable(key)}`, value })),
    ...(binding.secretFiles ?? []).map((file) => ({ name: `${prefixOf(binding)}_${variable(file)}_FILE`, value: secretFilePath(binding, file) })),
  ]);
}

/** The volumes and mounts that bring the bound services' secret files into a container. */
export function bindingVolumes(uses: readonly ServiceBinding[]): { volumes: Volume[]; mounts: VolumeMount[] } {
  const secret = uses.filter((binding) => binding.secretName !== undefined && binding.secretFiles?.length);
  return {
    volumes: secret.map((binding) => bindingVolume(`binding-${binding.name}`, binding)),
    mounts: secret.map((binding) => ({ name: `binding-${binding.name}`, mountPath: `${bindingsRoot}/${binding.name}`, readOnly: true })),
  };
}

/** The login and the authority of the server are two Secrets, and one directory. */
function bindingVolume(name: string, { secretName, secretFiles = [], authoritySecretName }: ServiceBinding): Volume {
  if (authoritySecretName === undefined) return secretVolume(name, secretName!, secretFiles);
  const source = (from: pulumi.Input<string>, files: readonly string[]) => ({
    secret: { name: from, items: files.map((file) => ({ key: file, path: file })) },
  });
  const own = secretFiles.filter((file) => file !== authorityFile);
  return { name, projected: { defaultMode: 0o440, sources: [source(secretName!, own), source(authoritySecretName, [authorityFile])] } };
}

/** Some keys of a Secret as files that only the pod's user and group can read. */
export function secretVolume(name: string, secretName: pulumi.Input<string>, files: readonly string[]): Volume {
  return { name, secret: { secretName, defaultMode: 0o440, items: files.map((file) => ({ key: file, path: file })) } };
}

/** Environment from plain names and values, in a stable order. */
export function environment(values: Record<string, pulumi.Input<string> | undefined>): EnvVar[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}
