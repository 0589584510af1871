/** What a situation shows beyond firing or not: the traps in which rules fail. */
export const proofs = {
  /** A metric that the rule reads is not there at all. */
  absent: "series absent",
  /** A counter that the rule reads falls back, or ends and begins anew, as it does when its process is restarted. */
  reset: "counter reset",
} as const;
export type Proof = (typeof proofs)[keyof typeof proofs];

/** One situation, and whether an alert fires in it. */
export interface AlertCase {
  alert: string;
  /** Tells rules of one name apart: `severity`, `redis`. */
  labels?: Record<string, string>;
  situation: string;
  /** Series by selector, one sample a minute. `job` and `namespace` of the service are added by the helpers of this folder. */
  series: Record<string, string>;
  at: string;
  fires: boolean;
  proves?: Proof;
}

type Labels = Record<string, string>;

const series = (metric: string, labels: Labels) =>
  `${metric}{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(",")}}`;

/** A series of one pod of the application. */
export const app = (metric: string, labels: Labels = {}) => series(metric, { job: "links", namespace: "shop", instance: "10.0.0.1:9090", ...labels });

/** A series of the worker's pod. */
export const worker = (metric: string, labels: Labels = {}) => series(metric, { job: "links-worker", namespace: "shop", instance: "10.0.0.2:9090", ...labels });

/** A series of an exporter. */
export const exporter = (job: string, metric: string, labels: Labels = {}) => series(metric, { job, namespace: "shop", instance: "10.0.0.9:9187", ...labels });

/** A series that kube-state-metrics or the kubelet gives about the namespace. */
export const cluster = (metric: string, labels: Labels = {}) => series(metric, { job: "kube-state-metrics", namespace: "shop", ...labels });

/** A series of cAdvisor, in the kubelet, about a container. */
export const container = (metric: string, labels: Labels = {}) => series(metric, { job: "kubelet", namespace: "shop", image: "app:1", ...labels });

/** A series of cert-manager, as it looks when scraped without honorLabels. */
export const issuer = (metric: string, labels: Labels = {}) =>
  series(metric, { namespace: "cert-manager", exported_namespace: "shop", name: "links-public", ...labels });

/** Cases of one alert that differ only in their series. */
export function cases(
  alert: string,
  rows: { situation: string; fires: boolean; series: Record<string, string>; at?: string; labels?: Labels; proves?: Proof }[],
  shared: { at?: string; labels?: Labels } = {},
): AlertCase[] {
  return rows.map((row) => ({
    alert,
    labels: row.labels ?? shared.labels,
    situation: row.situation,
    series: row.series,
    at: row.at ?? shared.at ?? "10m",
    fires: row.fires,
    ...(row.proves && { proves: row.proves }),
  }));
}
