import type { Comparison, Overview } from "../components/backup-tools/restore/by-hand.ts";

/** Rows of text as columns: the first to the left, the others to the right. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((text, column) => (column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const size = (bytes: number) =>
  bytes < 2 ** 20 ? `${Math.ceil(bytes / 2 ** 10)} KiB` : bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
const number = (value: number | undefined) => (value === undefined ? "none" : value.toLocaleString("en-US"));

/** How long ago, in the largest unit that says enough. */
export function ago(moment: string, now = Date.now()): string {
  const minutes = Math.max(0, Math.round((now - Date.parse(moment)) / 60_000));
  return minutes < 120 ? `${minutes} min ago` : minutes < 2880 ? `${Math.round(minutes / 60)} h ago` : `${Math.round(minutes / 1440)} days ago`;
}

/** Backups and databases, as they are listed. */
export function overviewText({ backups, database, databases }: Overview, now = Date.now()): string {
  const listed = backups.map((backup) => {
    const { bytes, name, problem, rows, schemaVersion, snapshotAt } = backup;
    return problem === undefined
      ? [name, ago(snapshotAt!, now), size(bytes!), `${number(rows)} rows`, schemaVersion ? `schema ${schemaVersion}` : ""]
      : [name, "can't be used", "", "", ""];
  });
  const problems = backups.flatMap(({ problem }) => (problem === undefined ? [] : [`  ${problem}`]));
  const others = databases.map(({ name, bytes, record }) => [name, size(bytes), name === database ? "in use" : "", recordText(record)]);
  return [
    backups.length === 0 ? `There is no backup of database ${database}.` : `Backups of database ${database}, the newest first:\n${columns(listed)}`,
    ...problems,
    `\nDatabases:\n${columns(others)}`,
    "",
  ].join("\n");
}

function recordText(record: Overview["databases"][number]["record"]): string {
  if (!record) return "";
  if (record.state === "replaced") return `was in use until ${record.at}`;
  if (record.state === "restored") return `restored from ${record.backup}`;
  return record.backup === undefined ? "the rest of a restore" : `the rest of a restore of ${record.backup}`;
}

/** Rows here and there, and what a switch would lose. */
export function comparisonText({ candidate, schemaVersion, tables }: Comparison, inUse: string): string {
  const rows = tables.map(({ table, inUse, restored }) => [table, number(inUse), number(restored), difference(inUse, restored)]);
  const versions =
    schemaVersion.inUse === schemaVersion.restored
      ? undefined
      : `The schema is of version ${schemaVersion.restored ?? "unknown"}, the one in use of ${schemaVersion.inUse ?? "unknown"}: run the migrations after the switch.`;
  const moment = candidate.record?.snapshotAt;
  return [
    columns([["table", inUse, candidate.name, ""], ...rows]),
    "",
    ...(moment ? [`${candidate.name} holds the data of ${moment} (${ago(moment)}). What was written since is not in it.`] : []),
    ...(versions ? [versions] : []),
    "",
  ].join("\n");
}

function difference(inUse: number | undefined, restored: number | undefined): string {
  const change = (restored ?? 0) - (inUse ?? 0);
  return change === 0 ? "" : `${change > 0 ? "+" : ""}${change.toLocaleString("en-US")}`;
}
