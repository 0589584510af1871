import { expect, test } from "vitest";
import { configMapName, dashboardProblems } from "./spec.ts";

const json = JSON.stringify({ uid: "a", title: "A" });

test("a dashboard is taken, also one whose text is not known yet", () => {
  expect(dashboardProblems({ "links-service.json": json, "links-data.json": {} }).filter(Boolean)).toEqual([]);
});

test("mistakes are refused with their mend, all at once", () => {
  const large = JSON.stringify({ uid: "a", title: "A", description: "x".repeat(2 ** 20) });
  expect(dashboardProblems({ "Links.json": json, "links.yaml": json, "a.json": "{", "b.json": "{}", "c.json": large }).filter(Boolean)).toEqual([
    expect.stringContaining('dashboards."Links.json" is no file name'),
    expect.stringContaining('dashboards."links.yaml" is no file name'),
    expect.stringContaining('dashboards."a.json" is no JSON'),
    expect.stringContaining('dashboards."b.json" has no uid or no title'),
    expect.stringMatching(/dashboards."c.json" has 10486\d\d bytes and a ConfigMap holds 1044480; split it/),
  ]);
  expect(dashboardProblems({}).filter(Boolean)).toEqual([expect.stringContaining("names no file")]);
});

test("each dashboard has a ConfigMap of its own name", () => {
  expect(configMapName("links-dashboards", "shop-links-data.json")).toBe("links-dashboards-shop-links-data");
});
