/** A mail as its reader sees it. */
export interface Mail {
  subject: string;
  text: string;
  html: string;
}

/** Reads a message of RFC 5322 with the two parts that Alertmanager sends, text and HTML. */
export function mailOf(source: string): Mail {
  const [head, body] = split(source);
  const boundary = /boundary="?([^"\s;]+)/.exec(header(head, "Content-Type"))?.[1];
  const parts = boundary
    ? body
        .split(`--${boundary}`)
        .slice(1, -1)
        .map((part) => split(part.replace(/^\n/, "")))
    : [[head, body] as const];
  const part = (type: string) => {
    const found = parts.find(([partHead]) => header(partHead, "Content-Type").startsWith(type));
    return found ? decoded(found[1], header(found[0], "Content-Transfer-Encoding")) : "";
  };
  return { subject: words(header(head, "Subject")), text: part("text/plain"), html: part("text/html") };
}

function split(source: string): readonly [head: string, body: string] {
  const end = source.indexOf("\n\n");
  return [source.slice(0, end), source.slice(end + 2)];
}

function header(head: string, name: string): string {
  const found = new RegExp(`^${name}: *(.*(?:\\n[ \\t].*)*)`, "im").exec(head);
  return found?.[1]?.replace(/\n[ \t]+/g, " ") ?? "";
}

function decoded(text: string, encoding: string): string {
  return encoding.toLowerCase() === "quoted-printable" ? bytesOf(text.replace(/=\n/g, "")) : text;
}

/** Words of RFC 2047, which a subject beyond ASCII is made of. */
function words(text: string): string {
  return text.replace(/=\?utf-8\?q\?(.*?)\?=(\s+(?==\?))?/gi, (_, word: string) => bytesOf(word.replaceAll("_", " ")));
}

function bytesOf(text: string): string {
  const escaped = text.replace(/%/g, "%25").replace(/=([0-9A-F]{2})/gi, "%$1");
  return decodeURIComponent(escaped);
}
