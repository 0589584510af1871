import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import { eventually, get, kubectl, list, nodeIn } from "../kubernetes.ts";

/** An Alertmanager and a Prometheus of the tests' own, since those of a cluster tell whom its people chose. */
export interface Alerting {
  /** Hands alerts to Alertmanager, as Prometheus does. */
  post(alerts: PostedAlert[]): Promise<void>;
  /** The config that the operator made for Alertmanager. */
  // biome-ignore lint/suspicious/noExplicitAny: a foreign format; a wrong path fails the test that reads it.
  generatedConfig(): Promise<any>;
  /** Waits until Alertmanager has read that config. When it reads one, it tells of every alert it knows at once, each as it comes. */
  settled(): Promise<void>;
  /** Runs amtool of Alertmanager's own version beside it, with a config file as its input. */
  amtool(config: unknown, ...args: string[]): Promise<string>;
}

export interface PostedAlert {
  labels: Record<string, string>;
  annotations?: Record<string, string>;
  startsAt?: string;
  /** In the past: the alert is resolved. */
  endsAt?: string;
  generatorURL?: string;
}

const name = "notifications";

/**
 * Starts both with the operator that the cluster has, in `namespace`, beside the stand-ins. They read rules and routes of the namespace `watched`. Its pods let
 * in nobody but the cluster's Prometheus, so the samples come from there, by federation.
 */
export async function startAlerting(namespace: string, watched: string, monitoringNamespace: string): Promise<Alerting> {
  const [prometheus] = await list(monitoringNamespace, "prometheuses.monitoring.coreos.com");
  const [alertmanager] = await list(monitoringNamespace, "alertmanagers.monitoring.coreos.com");
  if (!prometheus || !alertmanager)
    throw new Error(`There is no Prometheus or no Alertmanager of the operator in ${monitoringNamespace}; the tests take their versions from these.`);
  const images = { prometheus: imageOf(prometheus), alertmanager: imageOf(alertmanager) };
  const items = [
    scraping(namespace, watched, monitoringNamespace),
    prometheusOf(namespace, watched, images.prometheus),
    alertmanagerOf(namespace, watched, images.alertmanager),
  ];
  await kubectl(["apply", "--filename=-"], { input: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
  for (const kind of ["alertmanager", "prometheus"]) {
    await eventually(`${kind} is ready`, 120, async () => (await get(namespace, "statefulset", `${kind}-${name}`)).status.readyReplicas === 1);
  }
  const alertmanagerUrl = "http://alertmanager-operated:9093/api/v2";
  const generatedConfig: Alerting["generatedConfig"] = async () => {
    const secret = await get(namespace, "secret", `alertmanager-${name}-generated`);
    return parse(gunzipSync(Buffer.from(secret.data["alertmanager.yaml.gz"], "base64")).toString("utf8"));
  };
  const loadedConfig = async () =>
    parse(
      await nodeIn(
        namespace,
        "receivers",
        `const answer = await fetch("${alertmanagerUrl}/status"); console.log(JSON.stringify((await answer.json()).config.original))`,
      ),
    );
  return {
    // From the stand-ins' pod: the API server passes a body on without its type.
    post: async (alerts) => {
      const request = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(alerts) };
      const script = `const answer = await fetch("${alertmanagerUrl}/alerts", ${JSON.stringify(request)}); console.log(answer.status)`;
      const status = await nodeIn(namespace, "receivers", script);
      if (status !== 200) throw new Error(`Alertmanager answers ${status} to alerts`);
    },
    generatedConfig,
    settled: async () => {
      await eventually("Alertmanager has read the operator's last config", 150, async () => {
        const [made, read] = await Promise.all([generatedConfig(), loadedConfig()]);
        return isDeepStrictEqual(namesIn(read), namesIn(made));
      });
    },
    amtool: (config, ...args) =>
      kubectl(["--namespace", namespace, "exec", "--stdin", `alertmanager-${name}-0`, "--container=alertmanager", "--", "amtool", ...args], {
        input: JSON.stringify(config),
      }),
  };
}

const namesIn = ({ receivers }: { receivers: { name: string }[] }) => receivers.map((receiver) => receiver.name);

interface Image {
  image: string;
  version: string;
  securityContext: object;
}

const imageOf = ({ spec: { image, version, securityContext } }: { spec: Image }): Image => ({ image, version, securityContext });

function scraping(namespace: string, watched: string, monitoringNamespace: string): object {
  const federation = {
    job_name: "federation",
    honor_labels: true,
    metrics_path: "/federate",
    params: { "match[]": [`{namespace="${watched}",__name__!~"ALERTS.*"}`] },
    static_configs: [{ targets: [`prometheus-operated.${monitoringNamespace}:9090`] }],
  };
  const alertmanagers = [{ api_version: "v2", static_configs: [{ targets: [`alertmanager-operated.${namespace}:9093`] }] }];
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    stringData: { "scrape.yaml": JSON.stringify([federation]), "alertmanagers.yaml": JSON.stringify(alertmanagers) },
  };
}

const inNamespace = (watched: string) => ({ matchLabels: { "kubernetes.io/metadata.name": watched } });
const small = { requests: { cpu: "5m", memory: "32Mi" } };

function prometheusOf(namespace: string, watched: string, image: Image): object {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "Prometheus",
    metadata: { name, namespace },
    spec: {
      ...image,
      replicas: 1,
      scrapeInterval: "5s",
      evaluationInterval: "5s",
      // Of this namespace, which has none. Without any selector the operator leaves the whole config to others.
      serviceMonitorSelector: {},
      ruleSelector: {},
      ruleNamespaceSelector: inNamespace(watched),
      additionalScrapeConfigs: { name, key: "scrape.yaml" },
      additionalAlertManagerConfigs: { name, key: "alertmanagers.yaml" },
      resources: small,
    },
  };
}

function alertmanagerOf(namespace: string, watched: string, image: Image): object {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "Alertmanager",
    metadata: { name, namespace },
    spec: {
      ...image,
      replicas: 1,
      alertmanagerConfigSelector: { matchLabels: { alertmanager: "main" } },
      alertmanagerConfigNamespaceSelector: inNamespace(watched),
      externalUrl: "https://alertmanager.example.org",
      resources: small,
    },
  };
}
