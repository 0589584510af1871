import { cases, cluster, exporter } from "./case.ts";

const hpa = { horizontalpodautoscaler: "links" };
const pod = { pod: "links-5f-x", container: "app" };
const restarts = cluster("kube_pod_container_status_restarts_total", pod);
const backOff = cluster("kube_pod_container_status_waiting_reason", { ...pod, reason: "CrashLoopBackOff" });
const scaler = (desired: string, most: string) => ({
  [cluster("kube_horizontalpodautoscaler_status_desired_replicas", hpa)]: desired,
  [cluster("kube_horizontalpodautoscaler_spec_max_replicas", hpa)]: most,
});
const deployment = (wanted: string, available: string) => ({
  [cluster("kube_deployment_spec_replicas", { deployment: "links" })]: wanted,
  [cluster("kube_deployment_status_replicas_available", { deployment: "links" })]: available,
});
const stateful = (wanted: string, ready: string) => ({
  [cluster("kube_statefulset_replicas", { statefulset: "postgres" })]: wanted,
  [cluster("kube_statefulset_status_replicas_ready", { statefulset: "postgres" })]: ready,
});
const up = (job: string, values: string) => ({ [exporter(job, "up")]: values });

export const workloadCases = [
  ...cases(
    "ClusterMetricsAbsent",
    [
      { situation: "no kube-state-metrics", fires: true, series: {} },
      {
        situation: "another Deployment is reported, ours is not",
        fires: true,
        series: { [cluster("kube_deployment_created", { deployment: "other" })]: "1x60" },
      },
      { situation: "the Deployment is reported", fires: false, series: { [cluster("kube_deployment_created", { deployment: "links" })]: "1x60" } },
    ],
    { at: "20m" },
  ),
  ...cases(
    "AppHpaAtMax",
    [
      { situation: "wants its maximum for a quarter of an hour", fires: true, series: scaler("4x60", "4x60") },
      { situation: "wants one less", fires: false, series: scaler("3x60", "4x60") },
      { situation: "a peak of ten minutes", fires: false, series: scaler("2x5 4x10 2x60", "4x60") },
    ],
    { at: "20m" },
  ),
  ...cases("AppPodCrashLooping", [
    { situation: "a restart every three minutes", fires: true, at: "20m", series: { [restarts]: "0 0 0 1 1 1 2 2 2 3 3 3 4 4 4 5 5 5 6 6 6 7 7 7" } },
    { situation: "waits five minutes for its next start", fires: true, series: { [backOff]: "1 _x3 1 _x3 1 _x3 1 _x3", [restarts]: "9x20" } },
    { situation: "one restart", fires: false, at: "20m", series: { [restarts]: "0x8 1x30" } },
    { situation: "many restarts long ago, and kube-state-metrics was restarted", fires: false, at: "20m", series: { [restarts]: "41x5 _x5 41x20" } },
  ]),
  ...cases(
    "AppRolloutStuck",
    [
      { situation: "one of two pods never gets available", fires: true, series: deployment("2x60", "1x60") },
      {
        situation: "the deadline passed with all old pods there",
        fires: true,
        series: {
          ...deployment("2x60", "2x60"),
          [cluster("kube_deployment_status_condition", { deployment: "links", condition: "Progressing", status: "false" })]: "1x60",
        },
      },
      { situation: "the database's pod is not ready", fires: true, series: stateful("1x60", "0x60") },
      { situation: "a rollout of ten minutes", fires: false, series: deployment("2x60", "2x3 1x10 2x60") },
      {
        situation: "all are there",
        fires: false,
        series: {
          ...deployment("2x60", "2x60"),
          ...stateful("1x60", "1x60"),
          [cluster("kube_deployment_status_condition", { deployment: "links", condition: "Progressing", status: "false" })]: "0x60",
        },
      },
    ],
    { at: "30m" },
  ),
  ...cases("MigrationJobFailed", [
    { situation: "the Job failed", fires: true, series: { [cluster("kube_job_failed", { job_name: "links-migration-1a2b", condition: "true" })]: "1x30" } },
    {
      situation: "the Job was replaced after its failure",
      fires: false,
      series: { [cluster("kube_job_failed", { job_name: "links-migration-1a2b", condition: "true" })]: "1x5 stale" },
    },
    { situation: "the Job runs", fires: false, series: { [cluster("kube_job_failed", { job_name: "links-migration-1a2b", condition: "true" })]: "0x30" } },
    { situation: "another Job failed", fires: false, series: { [cluster("kube_job_failed", { job_name: "links-report-1a2b", condition: "true" })]: "1x30" } },
  ]),
  ...cases(
    "ExporterDown",
    [
      {
        situation: "an exporter answers no scrape",
        fires: true,
        series: { ...up("postgres-exporter", "0x30"), ...up("redis-cache-exporter", "1x30"), ...up("redis-state-exporter", "1x30") },
      },
      { situation: "an exporter is not there", fires: true, series: { ...up("postgres-exporter", "1x30"), ...up("redis-cache-exporter", "1x30") } },
      {
        situation: "all answer",
        fires: false,
        series: { ...up("postgres-exporter", "1x30"), ...up("redis-cache-exporter", "1x30"), ...up("redis-state-exporter", "1x30") },
      },
      {
        situation: "one restarts for five minutes",
        fires: false,
        series: { ...up("postgres-exporter", "1x5 0x5 1x30"), ...up("redis-cache-exporter", "1x30"), ...up("redis-state-exporter", "1x30") },
      },
    ],
    { at: "20m" },
  ),
];
