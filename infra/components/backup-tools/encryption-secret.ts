import type * as pulumi from "@pulumi/pulumi";
import { autonamed, type Identity } from "../kubernetes/identity.ts";
import { secretVolume } from "../kubernetes/pod.ts";

const mountPath = "/run/secrets/encryption";
const file = "key";

/** What a tool's pod mounts besides its bindings: the ConfigMap of its programs, and the Secret below where backups are encrypted. */
export interface MountedNames {
  tools: pulumi.Input<string>;
  key?: pulumi.Input<string>;
}

/** Secret with the key that chunks are encrypted with, for the pods of one namespace. */
export function encryptionSecret(identity: Identity, key: pulumi.Input<string>) {
  return { metadata: autonamed(identity), stringData: { [file]: key } };
}

/** That Secret in a pod, and the variable by which programs find it. Without a Secret there is neither. */
export function encryptionMount(secretName: pulumi.Input<string> | undefined) {
  if (secretName === undefined) return { volumes: [], mounts: [], variables: {} };
  return {
    volumes: [secretVolume("encryption", secretName, [file])],
    mounts: [{ name: "encryption", mountPath, readOnly: true }],
    variables: { ENCRYPTION_KEY_FILE: `${mountPath}/${file}` },
  };
}
