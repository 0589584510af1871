import { serviceDashboards } from "slipway-dashboards";
import { AlertRoutes, Alerts, Dashboards, ServiceLevel } from "./components/index.ts";
import { alertRoutesArgs } from "./config/alert-routing.ts";
import type { Foundation } from "./foundation.ts";
import { dashboardOptions, exportedMetrics, ruleArgs, watched, watchedService } from "./observed.ts";

/** Objectives, alerts, who is told, and dashboards. */
export async function observe({ config, common, opts }: Foundation): Promise<void> {
  const { alerts, cluster, dashboards, objectives, service } = config;
  const rules = ruleArgs(config);
  const objectivesArgs = { ...common, ...rules, ...objectives, service: service.name, exportedMetrics: await exportedMetrics(config) };
  new ServiceLevel(`${service.name}-objectives`, objectivesArgs, opts);
  const certificate = { name: `${service.name}-public` };
  new Alerts(`${service.name}-alerts`, { ...common, ...rules, ...watched(config), service: watchedService(config), certificate }, opts);
  if (alerts.routes) {
    const routes = alertRoutesArgs(alerts.routes, config.alertSecrets);
    const alertmanager = { prometheusOperator: cluster.prometheusOperator, alertmanagerNamespace: cluster.monitoringNamespace };
    // Without the operator they lie beside Alertmanager, where every stack needs a name of its own.
    new AlertRoutes(`${config.namespace}-routes`, { ...common, ...routes, ...alertmanager }, opts);
  }
  const shown = { dashboards: serviceDashboards(dashboardOptions(config)), folder: dashboards.folder ?? service.name, sidecarLabels: dashboards.labels };
  new Dashboards(`${service.name}-dashboards`, { ...common, ...shown }, opts);
}
