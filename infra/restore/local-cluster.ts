import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { json } from "node:stream/consumers";

/** For tests: an API server that knows the CronJob of restores. Its Jobs are the program itself, run on this machine as a kubelet runs it. */
export interface LocalCluster {
  kubeconfig: string;
  /** Each request as `GET /path`, asked before it is answered. */
  before: (request: string) => Promise<void> | void;
  /** Names of pods that are there. */
  pods(): string[];
  /** Ends a pod, as deleting its Job does. */
  remove(pod: string): Promise<void>;
  close(): Promise<void>;
}

interface Pod {
  child: ChildProcess;
  log: PassThrough;
  ended: Promise<void>;
  code?: number;
}

const program = join(import.meta.dirname, "..", "components", "backup-tools", "restore", "main.ts");

/** `environment` is what the pod's bindings give the program. */
export async function localCluster(environment: NodeJS.ProcessEnv): Promise<LocalCluster> {
  const pods = new Map<string, Pod>();
  const server = createServer((request, response) => {
    void Promise.resolve(`${request.method} ${request.url}`)
      .then((asked) => cluster.before(asked))
      .then(() => answer(pods, environment, request, response))
      .catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const kubeconfig = join(mkdtempSync(join(tmpdir(), "slipway-cluster-")), "config");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      "current-context": "here",
      contexts: [{ name: "here", context: { cluster: "here", user: "me" } }],
      clusters: [{ name: "here", cluster: { server: address, "insecure-skip-tls-verify": true } }],
      users: [{ name: "me", user: {} }],
    }),
  );
  const cluster: LocalCluster = {
    kubeconfig,
    before: () => undefined,
    pods: () => [...pods.keys()],
    remove: (name) => remove(pods, name),
    close: async () => {
      for (const pod of pods.values()) killContainer(pod);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return cluster;
}

async function answer(pods: Map<string, Pod>, environment: NodeJS.ProcessEnv, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url!, "http://here");
  const name = /\/(?:jobs|pods)\/([^/]+)/.exec(pathname)?.[1] ?? searchParams.get("labelSelector")?.split("=")[1] ?? "";
  const pod = pods.get(name);
  const say = (object: object) => void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(object));
  if (pathname.endsWith("/cronjobs/postgres-restore")) say(template);
  else if (request.method === "POST") {
    const job = (await json(request)) as typeof template.spec.jobTemplate & { metadata: { name: string } };
    const variables = job.spec.template.spec.containers[0]!.env.map(({ name, value }) => [name, value]);
    pods.set(job.metadata.name, run({ ...environment, ...Object.fromEntries(variables) }));
    say(job);
  } else if (request.method === "DELETE") {
    void remove(pods, name);
    say({ kind: "Status", status: "Success" });
  } else if (pathname.endsWith("/log")) {
    response.writeHead(200, { "content-type": "text/plain" }).flushHeaders();
    pod!.log.pipe(response);
  } else if (pathname.endsWith("/status")) {
    const type = pod?.code === 0 ? "Complete" : "Failed";
    say({ metadata: { name }, status: pod?.code === undefined ? {} : { conditions: [{ type, status: "True" }] } });
  } else {
    const state = pod?.code === undefined ? { running: {} } : { terminated: { exitCode: pod.code } };
    say({ items: pod ? [{ metadata: { name }, status: { containerStatuses: [{ name: "restore", state }] } }] : [] });
  }
}

function run(env: NodeJS.ProcessEnv): Pod {
  const child = spawn(process.execPath, [program], { env, detached: true, stdio: ["ignore", "pipe", "inherit"] });
  const log = new PassThrough();
  child.stdout!.pipe(log, { end: false });
  const pod: Pod = { child, log, ended: once(child, "exit").then(([code]) => exited(code as number | null)) };
  const exited = (code: number | null) => {
    pod.code = code ?? 137;
    killContainer(pod);
  };
  void once(child, "close").then(() => log.end());
  return pod;
}

async function remove(pods: Map<string, Pod>, name: string): Promise<void> {
  const pod = pods.get(name);
  // A kubelet tells the first process of the container alone.
  pod?.child.kill("SIGTERM");
  await pod?.ended;
  pods.delete(name);
}

/** With its first process a container ends, whatever else runs in it. */
function killContainer({ child }: Pod): void {
  try {
    process.kill(-child.pid!, "SIGKILL");
  } catch {
    // Nothing of it runs any more.
  }
}

const template = {
  metadata: { name: "postgres-restore" },
  spec: {
    jobTemplate: {
      metadata: { labels: {} },
      spec: {
        template: {
          metadata: {},
          spec: { restartPolicy: "Never", containers: [{ name: "restore", image: "postgres", env: [] as { name: string; value: string }[] }] },
        },
      },
    },
  },
};
