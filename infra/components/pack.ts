import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const library = import.meta.dirname;
const root = resolve(library, "../..");

/**
 * Builds the npm tarball of the library and returns its path. What is published is compiled: Node strips no types below
 * `node_modules`, so a package of TypeScript sources would fail at its first import.
 */
export async function packLibrary(destination: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-pack-"));
  try {
    await compile(folder);
    await copyData(folder);
    await cp(join(library, "README.md"), join(folder, "README.md"));
    await cp(join(root, "LICENSE"), join(folder, "LICENSE"));
    const source = JSON.parse(await readFile(join(library, "package.json"), "utf8"));
    await writeFile(join(folder, "package.json"), `${JSON.stringify(publishedPackage(source), undefined, 2)}\n`);
    const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", resolve(destination)], { cwd: folder });
    return resolve(destination, stdout.trim().split("\n").at(-1)!);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The library's own package.json, with its entry points moved to the compiled files. Only a plugin of sources needs TypeScript. */
export function publishedPackage(source: Record<string, unknown>): Record<string, unknown> {
  const { typescript: _, ...dependencies } = source.dependencies as Record<string, string>;
  return {
    ...source,
    dependencies,
    main: "./index.js",
    types: "./index.d.ts",
    exports: { ".": { types: "./index.d.ts", default: "./index.js" }, "./package.json": "./package.json" },
    engines: { node: ">=22" },
  };
}

async function compile(folder: string): Promise<void> {
  const compiler = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
  try {
    await run(process.execPath, [compiler, "--project", join(library, "tsconfig.build.json"), "--outDir", folder]);
  } catch (error) {
    throw new Error(`The library does not compile:\n${(error as { stdout: string }).stdout}`);
  }
}

/** Scripts and the like, which components read from beside their own file. */
async function copyData(folder: string): Promise<void> {
  for (const entry of await readdir(library, { recursive: true, withFileTypes: true })) {
    const inFolder = entry.parentPath !== library && !entry.parentPath.includes("node_modules") && !entry.parentPath.includes("__snapshots__");
    if (!entry.isFile() || !inFolder || [".ts", ".md"].includes(extname(entry.name))) continue;
    const file = join(entry.parentPath, entry.name);
    await cp(file, join(folder, file.slice(library.length)));
  }
}

if (import.meta.main) {
  process.stdout.write(`${await packLibrary(process.argv[2] ?? root)}\n`);
}
