import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdDecompress } from "node:zlib";
import { start } from "../subprocess.ts";

/** Names of the files in a compressed tar; fails when it is cut off or no tar. */
export async function listing(stored: AsyncIterable<Buffer>, environment: NodeJS.ProcessEnv): Promise<Set<string>> {
  const tar = start("tar", ["--list", "--file=-"], environment);
  const names = new Set<string>();
  let rest = "";
  const reading = (async () => {
    for await (const text of tar.stdout.setEncoding("utf8")) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      // Of a server with many thousand files only those at the top and the control file are looked for.
      for (const line of lines) if (!line.startsWith("./base/") && !line.startsWith("base/")) names.add(line.replace(/^\.\//, ""));
    }
  })();
  try {
    await pipeline(Readable.from(stored), createZstdDecompress(), tar.stdin);
    await Promise.all([reading, tar.ended]);
  } catch (error) {
    tar.child.kill("SIGKILL");
    throw new Error(`what was stored can't be read as a base backup: ${(error as Error).message}`);
  }
  return names;
}
