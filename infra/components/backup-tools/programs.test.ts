import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { toolCommand, toolsConfigMapData, toolsVolume } from "./programs.ts";

const run = promisify(execFile);

interface PlainVolume {
  configMap: { name: string; items: { key: string; path: string }[] };
}

test("programs run from the mounted files alone, as a ConfigMap mounts them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-tools-"));
  try {
    const data = toolsConfigMapData();
    const { configMap } = toolsVolume("tools-1", ...[]).volume as unknown as PlainVolume;
    expect(configMap.items.map(({ key }) => key)).toEqual(Object.keys(data));
    // The kubelet keeps the files in a directory of their time, and links to them.
    const version = join(folder, "..2026_11_21");
    for (const { key, path } of configMap.items) {
      await mkdir(dirname(join(version, path)), { recursive: true });
      await writeFile(join(version, path), data[key]!);
    }
    for (const top of new Set(configMap.items.map(({ path }) => path.split("/")[0]!))) await symlink(join(version, top), join(folder, top));
    for (const { path } of configMap.items.filter(({ path }) => path.endsWith("/main.js"))) {
      const failure = await run(process.execPath, [join(folder, path)], { env: {} }).catch((error: { code: number; stdout: string; stderr: string }) => error);
      // Each is read whole, and misses what it is told in a pod.
      expect(failure.stderr + failure.stdout, path).not.toMatch(/SyntaxError|ERR_MODULE|Cannot find|is not exported/);
      expect(failure, path).toHaveProperty("code", 1);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a program brings only what it imports, below what a ConfigMap holds", () => {
  const data = toolsConfigMapData("backup/main");
  expect(Object.keys(data)).toEqual(expect.arrayContaining(["backup--main.js", "store--s3.js", "node_modules--aws4fetch--index.js", "package.json"]));
  expect(Object.keys(data).filter((key) => /test|workbench|restore|programs/.test(key))).toEqual([]);
  expect(Object.values(data).join("").length).toBeLessThan(1_000_000);
});

test("Node's word that types are stripped is no news to a person, any other warning is", async () => {
  const program = `
    const { emitWarning } = process;
    const { toolsConfigMapData } = await import(${JSON.stringify(join(import.meta.dirname, "programs.ts"))});
    toolsConfigMapData("backup/main");
    if (process.emitWarning !== emitWarning) throw new Error("warnings stay in other hands");
    process.emitWarning("another one");`;
  const { stderr } = await run(process.execPath, ["--input-type=module", "--eval", program]);
  expect(stderr).toMatch(/Warning: another one/);
  expect(stderr).not.toMatch(/stripTypeScriptTypes|Experimental/);
});

test("the command bounds the heap", () => {
  expect(toolCommand("backup/main", 40)).toEqual(["/lent/node", "--expose-gc", "--max-old-space-size=40", "--max-semi-space-size=1", "/tools/backup/main.js"]);
});
