/**
 * YAML for what JSON can hold, as manifests are: block style, no anchors, no line breaks that aren't in a text. For these alone a whole YAML
 * library is a tenth of a plan's time; what this prints is checked against that library.
 */
export function yamlText(value: unknown): string {
  return `${block(value, "").trimStart()}\n`;
}

/** A value as it stands after `key:` or `-`, with the space or line break before it. */
function block(value: unknown, indent: string): string {
  if (Array.isArray(value)) return value.length === 0 ? " []" : value.map((item) => `\n${indent}-${afterDash(item, indent)}`).join("");
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    if (entries.length === 0) return " {}";
    return entries.map(([key, item]) => `\n${indent}${scalar(key)}:${block(item, `${indent}  `)}`).join("");
  }
  return typeof value === "string" ? text(value, indent) : ` ${JSON.stringify(value) ?? "null"}`;
}

/** The first key of a map stands on the line of its dash. */
function afterDash(item: unknown, indent: string): string {
  const inner = block(item, `${indent}  `);
  return inner.startsWith("\n") ? ` ${inner.trimStart()}` : inner;
}

function text(value: string, indent: string): string {
  return isLiteral(value) ? literal(value, indent === "" ? "  " : indent) : ` ${scalar(value)}`;
}

/** Whether a text of several lines may stand as it is: no line of blanks only, which editors strip, and nothing that YAML would read otherwise. */
function isLiteral(value: string): boolean {
  return value.includes("\n") && !/[^\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe]|[ ]+\n|[ ]$|^[ \n]|\n{2,}$/.test(value);
}

/** `|` keeps one line break at the end, `|-` none. */
function literal(value: string, indent: string): string {
  const body = value.endsWith("\n") ? value.slice(0, -1) : value;
  const lines = body.split("\n").map((line) => (line === "" ? "" : `${indent}${line}`));
  return ` ${value.endsWith("\n") ? "|" : "|-"}\n${lines.join("\n")}`;
}

/** Texts that a YAML 1.1 or 1.2 reader takes for something else. */
const ambiguous = /^(y|yes|n|no|on|off|true|false|null|nan|inf|\.nan|[-+]?\.inf|~)$/i;

/** Plain where nobody can misread it, else as JSON, which is YAML. */
function scalar(value: string): string {
  const plain = /^[A-Za-z/_][\w ./@=+,;()$%*-]*(:[\w./@=+,;()$%*-]+[\w ./@=+,;()$%*-]*)*$/.test(value) && !/ $/.test(value) && !ambiguous.test(value);
  // JSON leaves some characters as they are that YAML reads as the end of a line.
  return plain
    ? value
    : JSON.stringify(value).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
