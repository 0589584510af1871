/** One SQL statement of a file, and the line it begins at. */
export interface SqlStatement {
  text: string;
  line: number;
}

/**
 * What may hold a semicolon that ends nothing: quoted strings and names, dollar quotes, comments. The alternatives are tried at
 * each position in turn, so that a quote inside a comment opens nothing, and the reverse. Block comments nest in PostgreSQL; they
 * are matched to two levels.
 */
const token =
  /(?<quoted>[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?<tag>[A-Za-z_][A-Za-z0-9_]*)?\$.*?\$\k<tag>\$)|(?<comment>--[^\n]*|\/\*(?:\/\*(?:[^*]|\*(?!\/))*\*\/|[^*]|\*(?!\/))*\*\/)|(?<end>;)|[A-Za-z_][A-Za-z_0-9$]*|./gs;

/**
 * Splits a file at its semicolons. PostgreSQL would take the whole file at once, but then an error names no statement and
 * CREATE INDEX CONCURRENTLY is refused. `BEGIN ATOMIC` bodies of SQL functions are not understood: write those with dollar quotes.
 */
export function splitStatements(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let start = 0;
  let meaningful = -1;
  const finish = (end: number) => {
    if (meaningful >= 0) statements.push({ text: sql.slice(meaningful, end).trim(), line: sql.slice(0, meaningful).split("\n").length });
    meaningful = -1;
  };
  for (const match of sql.matchAll(token)) {
    start = match.index;
    if (match.groups?.end) finish(start);
    else if (meaningful < 0 && !match.groups?.comment && match[0].trim() !== "") meaningful = start;
  }
  finish(sql.length);
  return statements;
}
