/** A table lock that a statement takes, by the names of the manual (https://www.postgresql.org/docs/17/explicit-locking.html). */
export const LockMode = {
  /** Nothing else gets in, not even a read. */
  accessExclusive: "ACCESS EXCLUSIVE",
  /** No write gets in. */
  shareRowExclusive: "SHARE ROW EXCLUSIVE",
  /** No write gets in. */
  share: "SHARE",
  /** Reads and writes go on; no other change to the table's schema does. */
  shareUpdateExclusive: "SHARE UPDATE EXCLUSIVE",
  /** Reads and writes of other rows go on. */
  rowExclusive: "ROW EXCLUSIVE",
} as const;
export type LockMode = (typeof LockMode)[keyof typeof LockMode];

/** For how long a lock is needed. */
export const Work = {
  /** The catalog only: a moment, whatever the size. */
  catalog: "catalog",
  /** Every row is read. */
  scan: "scan",
  /** Every row is written anew. */
  rewrite: "rewrite",
} as const;
export type Work = (typeof Work)[keyof typeof Work];

export interface TableLock {
  /** As the statement writes it, without quotes; `schema.table` where it names one. */
  table: string;
  mode: LockMode;
  work: Work;
}

const identifier = String.raw`(?:"[^"]+"|[a-z_][\w$]*)`;
const tableName = String.raw`(?<table>${identifier}(?:\s*\.\s*${identifier})?)`;

interface Rule {
  pattern: RegExp;
  locks(groups: Record<string, string>, statement: string): TableLock[];
}

const rule = (pattern: string, locks: Rule["locks"]): Rule => ({ pattern: new RegExp(`^${pattern.replaceAll(" ", "\\s+")}`, "is"), locks });
const one =
  (mode: LockMode, work: Work): Rule["locks"] =>
  ({ table }) => [{ table: table!, mode, work }];

const rules: readonly Rule[] = [
  rule(`create (?:unique )?index concurrently (?:if not exists )?(?:${identifier} )?on (?:only )?${tableName}`, one(LockMode.shareUpdateExclusive, Work.scan)),
  rule(`create (?:unique )?index (?:if not exists )?(?:${identifier} )?on (?:only )?${tableName}`, one(LockMode.share, Work.scan)),
  rule(`alter table (?:if exists )?(?:only )?${tableName}(?:\\s*\\*)? (?<actions>.+)`, ({ table, actions }) => alterLocks(table!, actions!)),
  rule("create (?:(?:global |local )?temp(?:orary)? |unlogged )?table (?:if not exists )?.+", (_, statement) => referenced(statement)),
  rule(`drop table (?:if exists )?${tableName}`, one(LockMode.accessExclusive, Work.catalog)),
  rule("drop index concurrently ", () => []),
  rule(`truncate (?:table )?(?:only )?${tableName}`, one(LockMode.accessExclusive, Work.catalog)),
  rule(`create (?:or replace )?(?:constraint )?trigger .*? on ${tableName}`, one(LockMode.shareRowExclusive, Work.catalog)),
  rule(`drop trigger (?:if exists )?${identifier} on ${tableName}`, one(LockMode.accessExclusive, Work.catalog)),
  rule(`(?:create|alter|drop) policy (?:if exists )?${identifier} on ${tableName}`, one(LockMode.accessExclusive, Work.catalog)),
  rule(`vacuum full ${tableName}`, one(LockMode.accessExclusive, Work.rewrite)),
  rule(`cluster ${tableName}`, one(LockMode.accessExclusive, Work.rewrite)),
  rule(`reindex (?:\\([^)]*\\) )?table concurrently ${tableName}`, one(LockMode.shareUpdateExclusive, Work.scan)),
  rule(`reindex (?:\\([^)]*\\) )?table ${tableName}`, one(LockMode.share, Work.scan)),
  rule(`lock (?:table )?(?:only )?${tableName}(?: in (?<mode>[a-z ]+?) mode)?`, ({ table, mode }) => {
    const named = (mode ?? "access exclusive").toUpperCase().replaceAll(/\s+/g, " ");
    return Object.values(LockMode).includes(named as LockMode) ? [{ table: table!, mode: named as LockMode, work: Work.catalog }] : [];
  }),
  rule(`update (?:only )?${tableName}`, one(LockMode.rowExclusive, Work.rewrite)),
  rule(`delete from (?:only )?${tableName}`, one(LockMode.rowExclusive, Work.rewrite)),
  rule(`insert into ${tableName}`, one(LockMode.rowExclusive, Work.catalog)),
];

/**
 * The locks that a statement takes on tables that are there before it. What it can't read it says nothing about, so this is a help for
 * who looks at a release, and no proof: the migration's own limit of five seconds for any lock stands behind it.
 */
export function locksOf(statement: string): TableLock[] {
  const text = withoutComments(statement).trim();
  for (const { pattern, locks } of rules) {
    const match = pattern.exec(text);
    if (match) return locks(match.groups ?? {}, text).map((lock) => ({ ...lock, table: plainName(lock.table) }));
  }
  return [];
}

const withoutComments = (text: string) => text.replaceAll(/--[^\n]*|\/\*.*?\*\//gs, " ");
const plainName = (name: string) => name.replaceAll(/\s*\.\s*/g, ".").replaceAll('"', "");

/** Actions of one ALTER TABLE share the strictest lock of them all, and all their work is done under it. */
function alterLocks(table: string, actions: string): TableLock[] {
  const each = splitActions(actions).map((action) => actionLock(action));
  const order = Object.values(LockMode);
  const works = Object.values(Work);
  const mode = order.find((candidate) => each.some((lock) => lock.mode === candidate))!;
  const work = works.toReversed().find((candidate) => each.some((lock) => lock.work === candidate))!;
  return [{ table, mode, work }, ...referenced(actions)];
}

function actionLock(action: string): { mode: LockMode; work: Work } {
  const is = (pattern: string) => new RegExp(`^${pattern.replaceAll(" ", "\\s+")}`, "is").test(action);
  const { accessExclusive, shareRowExclusive, shareUpdateExclusive } = LockMode;
  if (is("validate constraint")) return { mode: shareUpdateExclusive, work: Work.scan };
  if (is("(?:alter (?:column )?\\S+ set statistics|set statistics|cluster on|set without cluster|attach partition)"))
    return { mode: shareUpdateExclusive, work: Work.catalog };
  if (is("(?:set|reset) \\((?:fillfactor|autovacuum|toast|parallel_workers|vacuum)") || is("(?:set|reset)\\s*\\("))
    return { mode: shareUpdateExclusive, work: Work.catalog };
  if (is("(?:enable|disable) trigger")) return { mode: shareRowExclusive, work: Work.catalog };
  const deferred = /\bnot\s+valid\b/i.test(action);
  if (is("add (?:constraint \\S+ )?foreign key")) return { mode: shareRowExclusive, work: deferred ? Work.catalog : Work.scan };
  if (is("add (?:constraint \\S+ )?(?:unique|primary key) using index")) return { mode: accessExclusive, work: Work.catalog };
  if (is("add (?:constraint \\S+ )?(?:check|unique|primary key|exclude)")) return { mode: accessExclusive, work: deferred ? Work.catalog : Work.scan };
  if (is("add (?:column )?")) return { mode: accessExclusive, work: addedColumnWork(action) };
  if (is("alter (?:column )?\\S+ (?:set data )?type")) return { mode: accessExclusive, work: Work.rewrite };
  if (is("alter (?:column )?\\S+ set not null")) return { mode: accessExclusive, work: Work.scan };
  if (is("set (?:logged|unlogged|tablespace|access method)")) return { mode: accessExclusive, work: Work.rewrite };
  return { mode: accessExclusive, work: Work.catalog };
}

/** A constant default is kept in the catalog since version 11; one that differs from row to row has to be written into each. */
function addedColumnWork(action: string): Work {
  const volatile = /\bdefault\s+\(*\s*(?:gen_random_uuid|uuid_generate_\w+|random|clock_timestamp|timeofday|nextval|uuidv\d)\s*\(/i;
  if (volatile.test(action) || /\b(?:big|small)?serial\b/i.test(action) || /\bgenerated\s+(?:always|by\s+default)\s+as\b(?!.*\bvirtual\b)/i.test(action))
    return Work.rewrite;
  return /\b(?:unique|primary\s+key|check)\b/i.test(action) ? Work.scan : Work.catalog;
}

/** A foreign key locks the table it points at as well: rows there must not go while it is made. */
function referenced(text: string): TableLock[] {
  const found = [...text.matchAll(new RegExp(`\\breferences\\s+${tableName}`, "gi"))];
  return found.map(({ groups }) => ({ table: groups!.table!, mode: LockMode.shareRowExclusive, work: Work.catalog }));
}

/** At commas outside brackets and quotes. */
function splitActions(actions: string): string[] {
  const parts: string[] = [""];
  let depth = 0;
  for (const [piece] of actions.matchAll(/'(?:[^']|'')*'|"[^"]*"|[(),]|[^'"(),]+/g)) {
    if (piece === "(") depth++;
    if (piece === ")") depth--;
    if (piece === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += piece;
  }
  return parts.map((part) => part.trim());
}
