import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
// The owner of the checkout may be another user than the one who tests.
const listing = spawnSync("git", ["-c", "safe.directory=*", "ls-files"], { cwd: root, encoding: "utf8" });
if (listing.status !== 0) console.warn("SKIPPED: the rules of the repository, since git can't list its files; test in a checkout, with git installed.");
const files = (listing.stdout ?? "").split("\n").filter((file) => file !== "" && existsSync(join(root, file)));
const read = (file: string) => readFileSync(join(root, file), "utf8");
const generated = (file: string) => /(^|\/)golden\/|\.schema\.json$|^package-lock\.json$|^LICENSE$/.test(file);
const written = files.filter((file) => !generated(file));

/** `file:line: text` of every line that matches. */
function lines(pattern: RegExp, among = written): string[] {
  return among.flatMap((file) =>
    read(file)
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 120)}`] : [])),
  );
}

describe.skipIf(listing.status !== 0)("the repository", () => {
  test("nothing is left to do later: an issue is the place for that", () => {
    expect(lines(/\b(TO[D]O|FIX[M]E|XX[X])\b/)).toEqual([]);
  });

  test("nothing names a folder of somebody's machine", () => {
    // A container's own folders are fine: they are the same everywhere.
    expect(lines(/(^|[\s"'`(=:])\/(work|root|Users|home\/\w+)\//)).toEqual([]);
  });

  test("the lockfile names no registry, so everybody installs from their own", () => {
    const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, { resolved?: string }> };
    const resolved = Object.values(packages).flatMap((entry) => entry.resolved ?? []);
    expect(resolved.filter((address) => address.includes(":"))).toEqual([]);
    expect(lines(/registry\s*=/, [".npmrc"])).toEqual([]);
  });

  test("every dependency is pinned; only the library, which others install, gives ranges", () => {
    const manifests = files.filter((file) => /(^|\/)package\.json$/.test(file) && !file.startsWith("infra/components/") && !file.startsWith("examples/"));
    const loose = manifests.flatMap((file) => {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(read(file)) as Record<string, Record<string, string>>;
      return Object.entries({ ...dependencies, ...devDependencies })
        .filter(([name, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) && !name.startsWith("slipway"))
        .map(([name, version]) => `${file}: ${name} ${version}`);
    });
    expect(loose).toEqual([]);
  });

  test("files are short enough to read at once", () => {
    const lengths = written.filter((file) => /\.(ts|md|sh|ya?ml|sql)$/.test(file)).map((file) => ({ file, length: read(file).split("\n").length }));
    expect(lengths.filter(({ length }) => length > 350)).toEqual([]);
    const sources = lengths.filter(({ file }) => file.endsWith(".ts")).map(({ length }) => length);
    expect(sources.sort((a, b) => a - b)[Math.floor(sources.length / 2)]).toBeLessThan(100);
  });

  test("every link from page to page leads somewhere", () => {
    const pages = files.filter((file) => file.endsWith(".md"));
    const broken = pages.flatMap((page) =>
      [...withoutCode(read(page)).matchAll(/\]\((?!https?:|mailto:)([^)\s]*)\)/g)].flatMap(([, link]) => {
        const [path, anchor] = link!.split("#") as [string, string?];
        const target = path === "" ? page : join(dirname(page), path);
        if (!existsSync(join(root, target))) return [`${page}: ${link} does not exist`];
        return anchor && !anchors(read(target)).includes(anchor) ? [`${page}: ${link} has no such heading`] : [];
      }),
    );
    expect(broken).toEqual([]);
  });

  test("every npm script that a page names exists", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const named = files
      .filter((file) => file.endsWith(".md") && !file.startsWith("app/"))
      .flatMap((page) => [...read(page).matchAll(/\bnpm run ([\w:]+)/g)].map(([, name]) => ({ page, name: name! })));
    expect(named.filter(({ name }) => !(name in scripts))).toEqual([]);
  });
});

function withoutCode(page: string): string {
  return page.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "");
}

/** As forges make them from headings. */
function anchors(page: string): string[] {
  return [...withoutCode(page.replaceAll("`", "")).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
