import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";

/** The one question the preflight has. */
export interface Cluster {
  /** Kinds that the API server offers in a group and version; none when it does not know the group. */
  kindsOf(groupVersion: string): Promise<string[]>;
}

/** There is no cluster to ask: no kubeconfig, no such context, or no answer. */
export class NoCluster extends Error {}

/** Seconds after which a silent API server counts as unreachable. */
const patience = 10;

/** Reads the kubeconfig as kubectl would: `KUBECONFIG`, else `~/.kube/config`, with whatever log-in the context asks for. */
export async function kubeConfig(context: string | undefined): Promise<KubeConfig> {
  const files = (process.env.KUBECONFIG ?? join(homedir(), ".kube", "config")).split(":").filter((file) => file !== "");
  if (!files.some((file) => existsSync(file)) && !process.env.KUBERNETES_SERVICE_HOST) {
    throw new NoCluster(`No kubeconfig: ${files.join(", ")} does not exist. Set KUBECONFIG to the file of your cluster, or make one with your cloud's tool.`);
  }
  // Loaded late: the offline plan never comes here and should not wait for it.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new NoCluster(`The kubeconfig ${files.join(", ")} can't be read: ${firstLine(error)}. Get it anew from your cloud's tool, or mend it.`);
  }
  if (context !== undefined) {
    const known = config.getContexts().map(({ name }) => name);
    if (!known.includes(context)) {
      throw new NoCluster(
        `slipway:cluster.context: the kubeconfig has no context "${context}"; it has ${known.join(", ") || "none"}. Use one of these, or leave the key out for the current one.`,
      );
    }
    config.setCurrentContext(context);
  }
  if (!config.getCurrentCluster()) {
    throw new NoCluster(
      `The kubeconfig ${files.join(", ")} has no current context; choose one with kubectl config use-context, or set slipway:cluster.context.`,
    );
  }
  return config;
}

export async function connect(context: string | undefined): Promise<Cluster> {
  const config = await kubeConfig(context);
  const { CustomObjectsApi } = await import("@kubernetes/client-node");
  const api = config.makeApiClient(CustomObjectsApi);
  const { server } = config.getCurrentCluster()!;
  return { kindsOf: (groupVersion) => kindsOf(api, server, groupVersion) };
}

async function kindsOf(
  api: { getAPIResources(request: { group: string; version: string }): Promise<{ resources: { kind: string }[] }> },
  server: string,
  groupVersion: string,
): Promise<string[]> {
  const [group, version] = groupVersion.split("/") as [string, string];
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patience} s`)), patience * 1000);
  });
  try {
    const { resources } = await Promise.race([api.getAPIResources({ group, version }), silence]);
    return resources.map(({ kind }) => kind);
  } catch (error) {
    const code = (error as { code?: number | string }).code;
    if (code === 404) return [];
    const mend =
      code === 401 || code === 403 ? "Log in again, or use a context that may read the API's groups." : "Is the cluster up, and can this machine reach it?";
    throw new NoCluster(`The cluster at ${server} can't be asked: ${reason(error)}. ${mend}`);
  } finally {
    clearTimeout(timer);
  }
}

const firstLine = (error: unknown) => String((error as Error).message ?? error).split("\n")[0]!;

function reason(error: unknown): string {
  const { code, cause, message } = error as { code?: number | string; cause?: { message?: string; code?: string }; message?: string };
  if (code === 401) return "it does not accept the log-in of the kubeconfig";
  if (code === 403) return "the log-in of the kubeconfig may not list the API's resources";
  return cause?.message || cause?.code || message || String(error);
}
