import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const asked = spawnSync("amtool", ["--version"], { encoding: "utf8" });
const version = Number(/version 0\.(\d+)/.exec(asked.stdout + asked.stderr)?.[1] ?? 0);

/** Why the tests with amtool did not run, or undefined when they can. */
export const amtoolMissing =
  asked.status === 0
    ? undefined
    : "amtool is not on PATH; install it by `apt-get install prometheus-alertmanager` or from https://prometheus.io/download/, then run again";

if (amtoolMissing) console.warn(`SKIPPED: alert routes were not checked, since ${amtoolMissing}.`);

function withFile<T>(content: unknown, work: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "routes-"));
  const path = join(folder, "alertmanager.yaml");
  try {
    writeFileSync(path, readable(JSON.stringify(content)));
    return work(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Alertmanager reads a webhook's address from a file since 0.26; an older amtool is shown an address in its place. */
function readable(config: string): string {
  return version >= 26 ? config : config.replace(/"url_file":"[^"]*"/g, '"url":"http://read.from.file"');
}

/** What `amtool check-config` finds, or an empty string. */
export function checkConfig(config: unknown): string {
  return withFile(config, (path) => {
    const { status, stdout, stderr } = spawnSync("amtool", ["check-config", path], { encoding: "utf8" });
    return status === 0 ? "" : stdout + stderr;
  });
}

/** The receivers of an alert with these labels, for each of them in turn. */
export function receiversOf(config: unknown, alerts: Record<string, string>[]): string[][] {
  return withFile(config, (path) =>
    alerts.map((labels) => {
      const written = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
      const { status, stdout, stderr } = spawnSync("amtool", ["config", "routes", "test", `--config.file=${path}`, ...written], { encoding: "utf8" });
      if (status !== 0) throw new Error(stdout + stderr);
      return stdout.trim().split(",");
    }),
  );
}

/** A template filled in as Alertmanager does it. */
export function render(template: string, data: unknown, format: "text" | "html" = "text"): string {
  return withFile(data, (path) => {
    const args = ["template", "render", "--template.glob=/dev/null", `--template.text=${template}`, `--template.type=${format}`, `--template.data=${path}`];
    const { status, stdout, stderr } = spawnSync("amtool", args, { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return stdout.replace(/\n$/, "");
  });
}
