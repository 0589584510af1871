import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { type Telemetry, type TestCluster, testCluster } from "./cluster/cluster.ts";
import { output } from "./command.ts";
import { writeFigures } from "./figures.ts";
import { type AppImages, appImages } from "./images.ts";
import { beginRun } from "./lease.ts";
import { printNotes } from "./notes.ts";
import { namespaceOf, Stack } from "./stack.ts";

declare module "vitest" {
  export interface ProvidedContext {
    folder: string;
    cluster: TestCluster;
    images: AppImages;
  }
}

/** Before the first file: images and a folder for the stack. After the last: no stack is left behind, and the numbers are told. */
export default async function session(project: TestProject): Promise<() => Promise<void>> {
  const started = performance.now();
  const kept = process.env.SLIPWAY_E2E_FOLDER;
  const folder = kept ?? mkdtempSync(join(tmpdir(), "slipway-e2e-"));
  const told = testCluster(process.env);
  const cluster = { ...told, telemetry: await answering(told.telemetry) };
  await output(["kubectl", "version", "--output=json"], { patience: 20 });
  const run = await beginRun(namespaceOf(folder));
  for (const command of cluster.prepare) await output(command, { patience: 600 });
  const images = await appImages(cluster);
  project.provide("folder", folder);
  project.provide("cluster", cluster);
  project.provide("images", images);

  console.log(`images ${Math.round((performance.now() - started) / 1000)} s; the stack's state, config and logs are in ${folder}`);

  return async () => {
    const stack = new Stack(folder, cluster, images);
    if (process.env.SLIPWAY_E2E_KEEP) console.log(`The stack was kept; go on with it by SLIPWAY_E2E_FOLDER=${folder}`);
    else await stack.remove();
    await run.end();
    printNotes(folder, (performance.now() - started) / 1000);
    if (process.env.SLIPWAY_E2E_FIGURES === "write") writeFigures(folder);
  };
}

/** Where spans and lines are kept, unless nobody is there: then the stack sends none. */
async function answering(telemetry: Telemetry | undefined): Promise<Telemetry | undefined> {
  const there = telemetry && (await fetch(`${telemetry.loki}/ready`).catch(() => undefined));
  return there && telemetry;
}
