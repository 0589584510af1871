import { readFileSync } from "node:fs";
import { eventually, kubectl } from "../kubernetes.ts";

export type ReceivedKind = "slack" | "pagerDuty" | "webhook" | "heartbeat" | "email";

/** What a receiver got. */
export interface Received {
  kind: ReceivedKind;
  /** When, as an ISO date. */
  at: string;
  /** For HTTP: the parameter `token` of the address, which the tests treat as the secret. */
  token?: string;
  /** For HTTP: the JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: four formats of others; a wrong path fails the test that reads it.
  body?: any;
  /** For mail. */
  to?: string[];
  from?: string;
  /** For mail: headers and body as they came. */
  source?: string;
}

export interface Receivers {
  /** Addresses as Alertmanager reaches them: URLs, and server and port of the mail server. */
  addresses: Record<ReceivedKind, string>;
  /** What came so far, oldest first. */
  received(kind?: ReceivedKind): Promise<Received[]>;
}

const name = "receivers";
const server = readFileSync(new URL("server.mjs", import.meta.url), "utf8");

/** Starts stand-ins for Slack, PagerDuty, a webhook, a heartbeat service and a mail server in a namespace that is there. */
export async function startReceivers(namespace: string, nodeImage: string): Promise<Receivers> {
  await kubectl(["apply", "--filename=-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects(namespace, nodeImage) }) });
  await kubectl(["--namespace", namespace, "wait", "--for=condition=Ready", `pod/${name}`, "--timeout=90s"], { patience: 100 });
  const path = `/api/v1/namespaces/${namespace}/pods/${name}:8080/proxy/`;
  const received = async (kind?: ReceivedKind) => JSON.parse(await kubectl(["get", "--raw", `${path}${kind ? `?kind=${kind}` : ""}`])) as Received[];
  await eventually("the receivers listen", 30, async () => Array.isArray(await received()));
  const url = `http://${name}.${namespace}:8080`;
  return {
    addresses: {
      slack: `${url}/slack`,
      pagerDuty: `${url}/pagerduty/v2/enqueue`,
      webhook: `${url}/webhook`,
      heartbeat: `${url}/heartbeat`,
      email: `${name}.${namespace}:2525`,
    },
    received,
  };
}

function objects(namespace: string, image: string): object[] {
  const metadata = { name, namespace, labels: { app: name } };
  return [
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "server.mjs": server } },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata,
      spec: {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name,
            image,
            command: ["node", "/receivers/server.mjs"],
            ports: [{ containerPort: 8080 }, { containerPort: 2525 }],
            resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
            securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
            volumeMounts: [{ name: "server", mountPath: "/receivers" }],
          },
        ],
        volumes: [{ name: "server", configMap: { name } }],
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        selector: { app: name },
        ports: [
          { name: "http", port: 8080 },
          { name: "smtp", port: 2525 },
        ],
      },
    },
  ];
}
