import { expect, test } from "vitest";
import { synth } from "../../plan/synth.ts";
import { Dashboards, type DashboardsArgs } from "./dashboards.ts";

const json = JSON.stringify({ uid: "shop-links-service", title: "links" });
const args: DashboardsArgs = { namespace: "shop", dashboards: { "shop-links-service.json": json, "shop-links-data.json": json } };

async function made(given: DashboardsArgs) {
  const resources = await synth(() => void new Dashboards("links-dashboards", given));
  return resources.flatMap(({ manifest }) => (manifest ? [manifest] : []));
}

test("each dashboard is a ConfigMap that the sidecar finds", async () => {
  const maps = await made(args);
  expect(maps.map(({ metadata, data }) => [metadata.name, Object.keys(data)])).toEqual([
    ["links-dashboards-shop-links-data", ["shop-links-data.json"]],
    ["links-dashboards-shop-links-service", ["shop-links-service.json"]],
  ]);
  for (const map of maps) {
    expect(map.metadata.labels).toMatchObject({ grafana_dashboard: "1", "app.kubernetes.io/managed-by": "pulumi" });
    expect(map.metadata.annotations?.grafana_folder).toBeUndefined();
  }
});

test("a folder and another sidecar's labels", async () => {
  const [map] = await made({ ...args, folder: "Shop", sidecarLabels: { dashboards: "yes" }, annotations: { email: "team@example.org" } });
  expect(map!.metadata.annotations).toEqual({ email: "team@example.org", grafana_folder: "Shop" });
  expect(map!.metadata.labels).toMatchObject({ dashboards: "yes" });
  expect(map!.metadata.labels).not.toHaveProperty("grafana_dashboard");
});

test("what is no dashboard is refused before anything is made", () => {
  expect(() => new Dashboards("links-dashboards", { ...args, dashboards: { "links.json": "{}" } })).toThrow(
    'Dashboards "links-dashboards": dashboards."links.json" has no uid or no title',
  );
});
