import { drillFolder } from "../format/keys.ts";
import { BackupKind, type Manifest } from "../format/manifest.ts";
import { backupNames, type Catalogue, readManifest } from "../restore/catalogue.ts";
import { DrilledBackup } from "./evidence.ts";

/** A dump to restore in this drill. */
export interface ChosenDump {
  drilled: Exclude<DrilledBackup, "moment">;
  name: string;
  /** Left out when it could not be read. */
  manifest?: Manifest;
  problem?: string;
}

/** A dump, or some moment: which one is part of that drill, since whether there is any is a finding too. */
export type Chosen = ChosenDump | { drilled: typeof DrilledBackup.moment };

export interface ChoiceSettings extends Catalogue {
  /** Share of the runs that go back to a moment. Left out where no log is archived. */
  momentShare?: number;
}

/**
 * What a run restores: the newest dump, which is what most losses are mended from, and beside it an older one or, in its share of the
 * runs, a moment.
 */
export async function chooseRestores(settings: ChoiceSettings, random: () => number = Math.random): Promise<Chosen[]> {
  const { momentShare = 0 } = settings;
  const dumps = await chooseDumps(settings, random);
  if (momentShare === 0 || (dumps.length > 0 && !momentIsDue(await evidenceNames(settings), momentShare))) return dumps;
  return [...dumps.slice(0, 1), { drilled: DrilledBackup.moment }];
}

/**
 * Whether the next run takes its turn at a moment, by the evidence of the runs before it. Counted, not drawn: an archive that is never
 * gone back by for weeks would be as likely as lots have it.
 *
 * The first run at which there is an archive takes one, and since then no more of them than their share.
 */
export function momentIsDue(names: readonly string[], share: number): boolean {
  const runs = [...Map.groupBy(names, runOf)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, of]) => of.some((name) => name.endsWith(momentEnding)));
  const sinceFirst = runs.slice(runs.indexOf(true));
  if (!runs.includes(true)) return share > 0;
  return sinceFirst.filter((moment) => moment).length < share * (sinceFirst.length + 1);
}

const momentEnding = `-${DrilledBackup.moment}`;
const runOf = (name: string) => name.slice(0, name.lastIndexOf("-"));

/** Names of all evidence of drills of a database. */
async function evidenceNames({ store, prefix, database }: Catalogue): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of store.list(drillFolder(prefix, database))) names.push(key.slice(key.lastIndexOf("/") + 1).replace(/\.json$/, ""));
  return names;
}

/** How many manifests are tried for the older one: among a thousand base backups there may be few dumps. */
const tries = 20;

/**
 * The newest dump, and one of the others at random. A newest manifest that can't be read is chosen too: passing over it would call
 * a database safe whose last backup nobody can restore.
 */
async function chooseDumps(catalogue: Catalogue, random: () => number): Promise<ChosenDump[]> {
  const names = await backupNames(catalogue);
  let newest: ChosenDump | undefined;
  while (!newest && names.length > 0) newest = await candidate(catalogue, names.shift()!, DrilledBackup.newest);
  if (!newest) return [];
  for (let left = Math.min(tries, names.length); left > 0; left -= 1) {
    const [name] = names.splice(Math.floor(random() * names.length), 1);
    const older = await candidate(catalogue, name!, DrilledBackup.older);
    if (older) return [newest, older];
  }
  return [newest];
}

/** Nothing for a backup of another kind. */
async function candidate(catalogue: Catalogue, name: string, drilled: ChosenDump["drilled"]): Promise<ChosenDump | undefined> {
  try {
    const manifest = await readManifest(catalogue, name);
    return manifest.kind === BackupKind.dump ? { drilled, name, manifest } : undefined;
  } catch (error) {
    return { drilled, name, problem: (error as Error).message };
  }
}
