import * as http from "node:http";
import * as https from "node:https";
import { PassThrough } from "node:stream";
import { kubeConfig, NoCluster } from "../preflight/cluster.ts";
import { NoAnswer } from "./finding.ts";

/** Milliseconds after which a silent API server counts as unreachable. */
const patience = 10_000;

/** Milliseconds for a command in a pod: Node's start counts, on a node that is busy and within the pod's own limit. */
const commandPatience = 30_000;

/** As much of an object's shape as the checks read. */
// biome-ignore lint/suspicious/noExplicitAny: objects of any kind, read by path.
export type KubernetesObject = any;

/** The API server, by the kubeconfig that `up` uses. It is only read, but for questions that the API asks by POST. */
export interface ClusterApi {
  /** Address of the API server. */
  server: string;
  /** The answer to a GET as JSON, or as text where it is none; undefined when there is no such thing. */
  get(path: string): Promise<KubernetesObject>;
  /** The answer to a question that is asked by POST, such as an access review. */
  ask(path: string, body: unknown): Promise<KubernetesObject>;
  /** Items of a list; none when the kind is unknown. */
  list(path: string): Promise<KubernetesObject[]>;
  /** Runs a command in a pod's container, without a shell; rejects with what it wrote to its errors. */
  run(namespace: string, pod: string, container: string, command: string[]): Promise<string>;
}

export async function clusterApi(context: string | undefined): Promise<ClusterApi> {
  const config = await kubeConfig(context);
  const { server } = config.getCurrentCluster()!;
  const send = async (method: string, path: string, body?: unknown): Promise<KubernetesObject> => {
    const url = new URL(server.replace(/\/$/, "") + path);
    const options: https.RequestOptions = { method, headers: { accept: "application/json", "content-type": "application/json" } };
    await config.applyToHTTPSOptions(options);
    const { status, text } = await answerOf(url, options, body).catch((error: Error & { code?: string }) => {
      throw new NoCluster(`The cluster at ${server} can't be asked: ${error.message || error.code}. Is the cluster up, and can this machine reach it?`);
    });
    if (status === 404) return undefined;
    if (status === 401) throw new NoCluster(`The cluster at ${server} does not accept the log-in of the kubeconfig. Log in again, or use another context.`);
    if (status === 403)
      throw new NoAnswer(
        `The log-in of the kubeconfig may not ${method === "GET" ? "read" : "post to"} ${path}`,
        "Use a context that may, or have its role extended.",
      );
    if (status >= 300)
      throw new NoAnswer(`The cluster answers ${status} to ${method} ${path}: ${shortened(text)}`, "Look at what answers there, and check again.");
    return parsed(text);
  };
  const get = (path: string) => send("GET", path);
  return {
    server,
    get,
    ask: (path, body) => send("POST", path, body),
    list: async (path) => (await get(path))?.items ?? [],
    run: async (namespace, pod, container, command) => {
      const { Exec } = await import("@kubernetes/client-node");
      const [out, errors] = [collected(), collected()];
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(
          () => reject(new NoAnswer(`${pod} did not run a command within ${commandPatience / 1000} s`, "Look at the pod, and check again.")),
          commandPatience,
        );
        const ended = (status: { status?: string; message?: string }) => {
          clearTimeout(late);
          if (status.status === "Success") resolve();
          else
            reject(
              new NoAnswer(
                `A command in pod ${pod} failed: ${shortened(errors.text() || (status.message ?? ""))}`,
                `Look at the pod: kubectl --namespace ${namespace} describe pod ${pod}`,
              ),
            );
        };
        new Exec(config).exec(namespace, pod, container, command, out.stream, errors.stream, null, false, ended).catch((error) => {
          clearTimeout(late);
          reject(
            new NoAnswer(
              `Pod ${pod} takes no command: ${(error as Error).message ?? "the connection was refused"}`,
              "Use a context that may create pods/exec in the namespace.",
            ),
          );
        });
      });
      return out.text();
    },
  };
}

function answerOf(url: URL, options: https.RequestOptions, body: unknown): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const request = (url.protocol === "https:" ? https : http).request(url, { ...options, signal: AbortSignal.timeout(patience) }, (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
    response.on("end", () => resolve({ status: response.statusCode!, text })).on("error", reject);
  });
  request.on("error", (error) =>
    reject(error.name === "AbortError" || error.name === "TimeoutError" ? new Error(`no answer within ${patience / 1000} s`) : error),
  );
  request.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function collected() {
  let text = "";
  const stream = new PassThrough().setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  return { stream, text: () => text };
}

function shortened(text: string): string {
  const message = (parsed(text) as { message?: string } | undefined)?.message ?? text;
  return message.trim().replaceAll(/\s+/g, " ").slice(0, 300);
}
