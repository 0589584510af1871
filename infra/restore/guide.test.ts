import { expect, test } from "vitest";
import type { Overview } from "../components/backup-tools/restore/by-hand.ts";
import { type RestoreArguments, restoreArguments } from "./arguments.ts";
import { endedText, guide } from "./guide.ts";
import { comparisonText, overviewText } from "./report.ts";
import type { StepName, Steps } from "./steps.ts";

const id = "2026-11-21T03-17-00Z-x7k2p";
const restored = {
  name: "links_restored_20261121t031700",
  owner: "o",
  bytes: 9_000_000,
  record: { state: "restored", database: "links", at: "2026-11-21T12:00:00Z", backup: id, snapshotAt: "2026-11-21T03:17:00Z" },
} as const;
const overview: Overview = {
  database: "links",
  backups: [
    { name: id, snapshotAt: "2026-11-21T03:17:00Z", bytes: 5_000_000, rows: 12_345, schemaVersion: "7" },
    { name: "2026-11-20T03-17-00Z-abcde", problem: "backups/links/manifests/2026-11-20T03-17-00Z-abcde.json is no manifest: it is no JSON" },
  ],
  databases: [{ name: "links", owner: "o", bytes: 20_000_000 }, restored],
};
const comparison = {
  candidate: restored,
  tables: [
    { table: "public.hits", inUse: 100, restored: 3000 },
    { table: "public.jobs", restored: 7 },
  ],
  schemaVersion: { inUse: "8", restored: "7" },
};

/** Leads a person who gives that answer through a run; tells the steps that were taken and what was shown. */
async function run(command: string[], answer?: string) {
  const taken: string[] = [];
  const shown: string[] = [];
  const answers: Record<StepName, unknown> = {
    list: overview,
    beside: { name: restored.name, backup: id, snapshotAt: "" },
    compare: comparison,
    switch: { kept: "links_before_1" },
    drop: undefined,
  };
  const steps: Steps = {
    take: async (step, subject) => {
      taken.push(`${step} ${subject}`.trim());
      return answers[step] as never;
    },
  };
  const person = {
    tell: (text: string) => void shown.push(text),
    ask: async (question: string) => {
      shown.push(question);
      return answer;
    },
  };
  await guide(restoreArguments(command) as RestoreArguments, steps, person);
  return { taken, shown: shown.join("") };
}

test("the name of the database in use switches", async () => {
  const { taken, shown } = await run(["--to", "latest", "--stack", "prod"], "links\n");
  expect(taken).toEqual(["list", "beside latest", `compare ${restored.name}`, `switch ${restored.name}`]);
  expect(shown).toMatch(/The way back: npm run restore -- --stack prod --switch links_before_1\n/);
});

test.each(["yes", "y", "", "links_restored_20261121t031700", undefined])("%j switches nothing, and says how to go on", async (answer) => {
  const { taken, shown } = await run(["--to", id, "--namespace", "links-dev"], answer);
  expect(taken.some((step) => step.startsWith("switch"))).toBe(false);
  expect(shown).toMatch(/Nothing was switched\. Do it later: npm run restore -- --namespace links-dev --switch links_restored_20261121t031700\n/);
});

test("without a step it only lists; switching later and dropping are steps of their own", async () => {
  expect((await run([])).taken).toEqual(["list"]);
  expect((await run(["--switch", "links_before_1"], "links")).taken).toEqual(["list", "compare links_before_1", "switch links_before_1"]);
  expect((await run(["--drop", "links_before_1"])).taken).toEqual(["drop links_before_1"]);
});

test("every command that is named leads to the same cluster, after Ctrl-C too", async () => {
  const { shown } = await run(["--stack", "prod", "--context", "west", "--switch", restored.name], "links");
  expect(shown).toMatch(/npm run restore -- --stack prod --context west --drop links_before_1\n/);
  const args = restoreArguments(["--stack", "prod", "--context", "west", "--drop", "links_before_1"]);
  expect(endedText(args, { step: "drop", subject: "links_before_1" })).toBe(
    "Ended. The list says whether links_before_1 is gone: npm run restore -- --stack prod --context west\nIf it is not: npm run restore -- --stack prod --context west --drop links_before_1\n",
  );
});

test.each([
  [["--to", "yesterday"], /--to "yesterday" names no backup; write latest, a name such as/],
  [["--to", "latest", "--drop", "x"], /--to and --drop: take one step at a time/],
  [["--form", "x"], /Unknown option '--form'\. See npm run restore -- --help/],
])("%j is refused with a message", (args, message) => expect(() => restoreArguments(args)).toThrow(message));

test("a person sees ages, sizes, what can't be used, and what a switch would change", () => {
  const now = Date.parse("2026-11-21T12:17:00Z");
  expect(overviewText(overview, now)).toMatch(
    /2026-11-21T03-17-00Z-x7k2p +9 h ago +4\.8 MiB +12,345 rows +schema 7\n2026-11-20T03-17-00Z-abcde +can't be used/,
  );
  expect(overviewText(overview, now)).toMatch(
    /links +19\.1 MiB +in use[\s\S]*links_restored_20261121t031700 +8\.6 MiB +restored from 2026-11-21T03-17-00Z-x7k2p/,
  );
  const text = comparisonText(comparison, "links");
  expect(text).toMatch(/public\.hits +100 +3,000 +\+2,900\npublic\.jobs +none +7 +\+7/);
  expect(text).toMatch(/schema is of version 7, the one in use of 8: run the migrations after the switch/);
});
