import { spawn } from "node:child_process";
import { once } from "node:events";
import { S3Store } from "../../infra/components/backup-tools/store/s3.ts";
import { get, type KubernetesObject } from "./kubernetes.ts";

/** A bucket, where it is and who asks. */
export interface Place {
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export function bucketAt({ accessKeyId, secretAccessKey, ...place }: Place): S3Store {
  const credentials = { get: async () => ({ accessKeyId, secretAccessKey }), forget: () => undefined };
  return new S3Store({ ...place, credentials, deadlineSeconds: 30 });
}

/** Address on this machine of a pod's or Service's port, for as long as the work lasts. */
export async function throughTunnel<T>(namespace: string, target: string, work: (endpoint: string) => Promise<T>): Promise<T> {
  const tunnel = spawn("kubectl", ["--namespace", namespace, "port-forward", target, ":7070"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = await once(tunnel.stdout, "data");
    return await work(`http://127.0.0.1:${/127\.0\.0\.1:(\d+)/.exec(String(line))![1]}`);
  } finally {
    tunnel.kill();
  }
}

/** The bucket of a stack's own store, by the reader's key as the pods of its backup have it. The store's policy admits nobody from outside. */
export async function withBackups<T>(namespace: string, work: (store: S3Store, prefix: string) => Promise<T>): Promise<T> {
  const { containers, volumes } = (await get(namespace, "cronjob", "postgres-backup")).spec.jobTemplate.spec.template.spec;
  const env = Object.fromEntries(containers[0].env.map(({ name, value }: KubernetesObject) => [name, value ?? ""]));
  const mount = containers[0].volumeMounts.find(({ mountPath }: KubernetesObject) => mountPath === env.READER_ACCESS_KEY_DIRECTORY);
  const secret = await get(namespace, "secret", volumes.find(({ name }: KubernetesObject) => name === mount.name).secret.secretName);
  const file = (name: string) => Buffer.from(secret.data[name], "base64").toString("utf8");
  const key = { accessKeyId: file("access-key-id"), secretAccessKey: file("secret-access-key") };
  return throughTunnel(namespace, "service/backups-store", (endpoint) =>
    work(bucketAt({ endpoint, bucket: env.BUCKET, region: env.REGION, ...key }), env.PREFIX),
  );
}

/** What replication to another region does: every object of the stack's bucket, to a new bucket there. */
export async function copyBackups(namespace: string, to: S3Store): Promise<void> {
  await withBackups(namespace, async (from, prefix) => {
    // A PUT without a key makes the bucket.
    await to.put("", new Uint8Array());
    for await (const { key } of from.list(`${prefix}/`)) await to.put(key, await from.get(key));
  });
}
