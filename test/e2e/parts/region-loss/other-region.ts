import { bucketAt, throughTunnel } from "../../buckets.ts";
import { get, kubectl } from "../../kubernetes.ts";

const login = { accessKeyId: "copies", secretAccessKey: "only for a store that lives an hour" };
const place = { bucket: "region-loss-copy", region: "eu-west-1", ...login };

/** A store in another region, which knows itself by another name and refuses who signs for the first one. It lies in a namespace of its own. */
export class OtherRegion {
  readonly namespace: string;
  readonly #image: string;

  constructor(namespace: string, image: string) {
    this.namespace = namespace;
    this.#image = image;
  }

  async create(): Promise<void> {
    const serve = `mkdir -p /data/buckets /data/attributes && exec versitygw --port :7070 --region ${place.region} --health /healthz posix --sidecar /data/attributes /data/buckets`;
    const container = {
      name: "store",
      image: this.#image,
      command: ["sh", "-c", serve],
      env: [
        { name: "ROOT_ACCESS_KEY_ID", value: login.accessKeyId },
        { name: "ROOT_SECRET_ACCESS_KEY", value: login.secretAccessKey },
      ],
      readinessProbe: { httpGet: { path: "/healthz", port: 7070 }, periodSeconds: 1 },
      volumeMounts: [{ name: "data", mountPath: "/data" }],
    };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "store" }, spec: { containers: [container], volumes: [{ name: "data", emptyDir: {} }] } };
    await kubectl(["create", "namespace", this.namespace]);
    await kubectl(["--namespace", this.namespace, "create", "--filename=-"], { input: JSON.stringify(pod) });
    await kubectl(["--namespace", this.namespace, "wait", "pod/store", "--for=condition=Ready", "--timeout=120s"], { patience: 130 });
  }

  /** The copy's bucket, from this machine. */
  withBucket<T>(work: (bucket: ReturnType<typeof bucketAt>) => Promise<T>): Promise<T> {
    return throughTunnel(this.namespace, "pod/store", (endpoint) => work(bucketAt({ endpoint, ...place })));
  }

  /** The copy as a stack is told of it: by the pod's address, since network policies see that one. */
  async restoreFrom() {
    const { podIP } = (await get(this.namespace, "pod", "store")).status;
    const { bucket, region, accessKeyId: id, secretAccessKey: secret } = place;
    return { bucket, region, endpoint: `http://${podIP}:7070`, accessKey: { id, secret } };
  }

  async remove(): Promise<void> {
    await kubectl(["delete", "namespace", this.namespace, "--ignore-not-found", "--timeout=120s"], { patience: 130 });
  }
}
