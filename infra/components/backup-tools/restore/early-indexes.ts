import type { DumpSource } from "./dump-source.ts";

/** An entry of `pg_restore --list --verbose`. */
interface Entry {
  /** The line by which `--use-list` takes it. */
  line: string;
  id: number;
  /** Such as TABLE, INDEX or CONSTRAINT, and what follows it: schema, name and owner. */
  words: string;
  needs: number[];
}

/**
 * Lines of the indexes and of the keys that are indexes, by the stream whose rows they are of: they can be made as soon as those are in,
 * while others still come. Whatever needs more than one table, such as a foreign key, is left out, and so is what can't be told apart.
 */
export function indexesByStream(listing: string, streams: DumpSource["streams"]): Map<string, string[]> {
  const entries = entriesOf(listing);
  const streamOf = streamsByTable(entries, streams);
  const indexes = entries.filter(({ words }) => /^(INDEX|CONSTRAINT) /.test(words));
  const later = new Set(indexes.map(({ id }) => id));
  const found = new Map<string, string[]>();
  for (const { line, needs } of indexes) {
    // A part of a partitioned index needs the whole one.
    if (needs.some((id) => later.has(id))) continue;
    const [stream, ...others] = new Set(needs.flatMap((id) => streamOf.get(id) ?? []));
    if (stream === undefined || others.length > 0) continue;
    found.set(stream, [...(found.get(stream) ?? []), line]);
  }
  return found;
}

function entriesOf(listing: string): Entry[] {
  const entries: Entry[] = [];
  for (const line of listing.split("\n")) {
    const entry = /^(\d+); \d+ \d+ (.*)$/.exec(line);
    if (entry) entries.push({ line, id: Number(entry[1]), words: entry[2]!, needs: [] });
    const needs = /^;\s+depends on:([\d ]+)$/.exec(line)?.[1];
    if (needs !== undefined) entries.at(-1)?.needs.push(...needs.trim().split(" ").map(Number));
  }
  return entries;
}

/** Name of the stream that holds a table's rows, by the table's entry. */
function streamsByTable(entries: readonly Entry[], streams: DumpSource["streams"]): Map<number, string> {
  const tables = entries.filter(({ words }) => words.startsWith("TABLE ") && !/^TABLE (DATA|ATTACH) /.test(words));
  const found = new Map<number, string>();
  const doubtful = new Set<number>();
  for (const { name, tables: held = [] } of streams) {
    for (const table of held) {
      // The list has spaces between schema, name and owner, and may have them within.
      const begin = `TABLE ${table.replace(".", " ")} `.replaceAll(/[\r\n]/g, " ");
      const matching = tables.filter(({ words }) => words.startsWith(begin));
      if (matching.length === 1 && !found.has(matching[0]!.id)) found.set(matching[0]!.id, name);
      else for (const { id } of matching) doubtful.add(id);
    }
  }
  const [rest, ...more] = streams.filter((stream) => stream.tables === undefined);
  if (rest && more.length === 0) for (const { id } of tables) if (!found.has(id)) found.set(id, rest.name);
  for (const id of doubtful) found.delete(id);
  return found;
}
