import { idOfManifestKey, manifestFolder, timeOfId } from "../format/keys.ts";
import { BackupKind, type Manifest } from "../format/manifest.ts";
import { planRecovery, type RecoveryPlan } from "../recover/plan.ts";
import { type RecoveredServer, recoverAsPlanned } from "../recover/recover.ts";
import { report, sentence } from "../report.ts";
import { readManifest } from "../restore/catalogue.ts";
import { runSql } from "../restore/sql.ts";
import { checkRestored, type Findings } from "./checks.ts";
import type { DrillSettings } from "./drill.ts";
import { expectedOfMoment } from "./expected.ts";
import { secondsLostAt } from "./loss.ts";
import { failed, type Outcome, storeIsAway } from "./outcome.ts";
import type { PhaseClock } from "./phase-clock.ts";
import { clearLeftovers } from "./throw-away.ts";
import { watchVolume } from "./volume.ts";
import { chooseMoment, type MomentWindow, momentWindow } from "./window.ts";

/** Goes back to a moment at random, as a person would, looks at what came out, and removes it. */
export async function drillMoment(settings: DrillSettings, clock: PhaseClock): Promise<Outcome> {
  let known: Pick<Outcome, "backup" | "kind" | "moment"> = { backup: "none", kind: BackupKind.base };
  let window: MomentWindow | undefined;
  let outcome: Recovered;
  try {
    window = await momentWindow(settings);
    const at = chooseMoment(window);
    known = { ...known, moment: at.toISOString() };
    report(`goes back to ${known.moment}, a moment between ${window.from.toISOString()} and ${window.until.toISOString()}`);
    const plan = await planRecovery(settings, at);
    known = { ...known, backup: plan.base.id };
    outcome = await recoverAndCheck(plan, at, settings, clock);
  } catch (error) {
    // A store that is away says nothing about what lies in it: the Job tries again.
    if (storeIsAway(error)) throw error;
    outcome = { findings: failed(`${known.moment ?? "a moment"} can't be gone back to: ${sentence(error)}`) };
  }
  return { ...known, ...outcome, findings: withLog(outcome.findings, window) };
}

type Recovered = Omit<Outcome, "backup" | "kind" | "moment">;

/** Whatever came of the moment: a log that is not whole keeps others from being reached. */
function withLog({ checks, problems, tables }: Findings, window: MomentWindow | undefined): Findings {
  if (!window) return { checks, problems, tables };
  return { checks: { ...checks, log: window.problems.length === 0 }, problems: [...window.problems, ...problems], tables };
}

async function recoverAndCheck(plan: RecoveryPlan, at: Date, settings: DrillSettings, clock: PhaseClock): Promise<Recovered> {
  const { directory, volumeBytes } = settings;
  const full = new AbortController();
  const volume = watchVolume(directory, volumeBytes, async () => full.abort());
  let server: RecoveredServer | undefined;
  try {
    const places = clearLeftovers(directory);
    const progress = { baseFetched: () => clock.ends("fetch"), signal: full.signal };
    server = await recoverAsPlanned({ ...settings, directory: places.data, scratch: places.run, ...progress }, plan);
    clock.ends("replay");
    await volume.look();
    if (volume.problem !== undefined) return { findings: failed(volume.problem) };
    const lost = await secondsLostAt(at, plan, { ...settings, scratch: places.run });
    const findings = await check(server, at, lost, settings);
    clock.ends("verify");
    return { findings, reachedAt: server.reachedAt, recoveryPointSeconds: lost, serverVersion: plan.base.serverVersion };
  } catch (error) {
    if (volume.problem === undefined) throw error;
    return { findings: failed(volume.problem) };
  } finally {
    volume.stop();
    await server?.stop();
    clearLeftovers(directory);
  }
}

async function check(server: RecoveredServer, at: Date, lost: number, settings: DrillSettings): Promise<Findings> {
  const { recoveryPointSeconds: objective } = settings;
  const expected = expectedOfMoment(server.base, await backupAfter(at, server.base, settings));
  const found = await checkRestored({ ...settings, server: server.client, expected });
  const moment = await newestProblems(server, at, settings);
  if (lost > objective) {
    moment.push(
      `of what was committed up to ${at.toISOString()}, the last ${Math.round(lost)} s were not in the archive by then; the objective is ${objective} s`,
    );
  }
  return { ...found, checks: { restore: true, moment: moment.length === 0, ...found.checks }, problems: [...moment, ...found.problems] };
}

/** Nothing may be there that came after the moment: neither by the log nor by what the rows say of themselves. */
async function newestProblems({ client, reachedAt }: RecoveredServer, at: Date, { database, newestRowQuery }: DrillSettings): Promise<string[]> {
  const problems = reachedAt !== undefined && Date.parse(reachedAt) > at.getTime() ? [`its newest transaction is of ${reachedAt}, after the moment`] : [];
  if (newestRowQuery === undefined) return problems;
  try {
    const query = `SELECT to_json(newest::timestamptz) FROM (${newestRowQuery.replace(/;\s*$/, "")}) AS one(newest)`;
    const newest = JSON.parse((await runSql(client, database, `BEGIN READ ONLY;\n${query};\nCOMMIT;`)) || "null") as string | null;
    if (newest !== null && Date.parse(newest) > at.getTime()) problems.push(`its newest row is of ${new Date(newest).toISOString()}, after the moment`);
  } catch (error) {
    problems.push(`the time of its newest row can't be asked: ${sentence(error)}`);
  }
  return problems;
}

/** The next backup of the same server that was made after a moment, whatever its kind. */
async function backupAfter(at: Date, base: Manifest, settings: DrillSettings): Promise<Manifest | undefined> {
  const ids: string[] = [];
  for await (const { key } of settings.store.list(manifestFolder(settings.prefix, settings.database))) {
    const id = idOfManifestKey(key);
    if (id !== undefined && timeOfId(id)! > at) ids.push(id);
  }
  for (const id of ids.sort()) {
    // One that can't be read is the drill of dumps to find.
    const manifest = await readManifest(settings, id).catch((error) => {
      if (storeIsAway(error)) throw error;
    });
    if (manifest?.systemIdentifier === base.systemIdentifier) return manifest;
  }
  return undefined;
}
