import { fileURLToPath } from "node:url";
import type { TestCluster } from "./cluster/cluster.ts";
import { output } from "./command.ts";

/** Variants of the app, by reference. */
export interface AppImages {
  app: string;
  /** Another version that behaves the same. */
  next: string;
  /** Migrates, then ends at once instead of serving. */
  exits: string;
  /** Brings a migration whose second statement fails. */
  brokenMigration: string;
}

const variants = { next: "next", exits: "exits", brokenMigration: "broken-migration" } as const;
const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url));
const variantsFolder = fileURLToPath(new URL("images", import.meta.url));

/** Builds what the tests deploy, unless `SLIPWAY_E2E_APP_IMAGES` names it (JSON with the keys of AppImages). */
export async function appImages(cluster: TestCluster, given = process.env.SLIPWAY_E2E_APP_IMAGES): Promise<AppImages> {
  if (given) return JSON.parse(given);
  if (!cluster.build) {
    throw new Error(
      "Nothing builds images for this cluster. Set SLIPWAY_E2E_IMAGE_BUILD to a command that does, or SLIPWAY_E2E_APP_IMAGES to images that exist; test/e2e/README.md says how.",
    );
  }
  const base = cluster.baseImage ? ["--build-arg", `BASE_IMAGE=${cluster.baseImage}`] : [];
  const app = await build(cluster, repositoryRoot, "app", ["-f", "app/Dockerfile", ...base]);
  const names = Object.entries(variants) as [keyof typeof variants, string][];
  const built: [string, string][] = [];
  for (const [key, file] of names) {
    built.push([
      key,
      await build(cluster, variantsFolder, file, ["-f", `${file}.Dockerfile`, "--build-arg", `APP=${app}`, "--build-arg", `RUN=${Date.now()}`]),
    ]);
  }
  return { app, ...Object.fromEntries(built) } as AppImages;
}

async function build(cluster: TestCluster, folder: string, tag: string, options: string[]): Promise<string> {
  const printed = await output([...cluster.build!, folder, "-t", `${cluster.repository}:${tag}`, ...options], { cwd: folder, patience: 600 });
  const reference = printed.trim().split("\n").at(-1)!.trim();
  if (!/@sha256:[0-9a-f]{64}$/.test(reference)) throw new Error(`${cluster.build!.join(" ")} must print NAME@sha256:... last; it printed "${reference}".`);
  return reference;
}

/** A reference that no registry has. */
export function missingImage(app: string): string {
  return `${app.split("@")[0]!.replace(/:[^:/]+$/, "")}@sha256:${"0".repeat(64)}`;
}
