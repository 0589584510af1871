import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { chunkKey } from "../../infra/components/backup-tools/format/encryption.ts";
import { drillNamespace } from "../../infra/config/drill-namespace.ts";
import { outcomeOf, output } from "./command.ts";
import { repository, stackName } from "./engine.ts";
import { endOf, goodEndOf, runJob } from "./jobs.ts";
import { kubectl } from "./kubernetes.ts";
import { secondsSince } from "./notes.ts";
import { thisStack } from "./this-stack.ts";

const stack = thisStack();
const { namespace } = stack;
const drills = drillNamespace(namespace);
beforeAll(async () => void (await stack.ensureUp()));

/** Blocks of commands of the page's section, as a person would copy them. */
const page = readFileSync(join(repository, "docs", "disaster-recovery.md"), "utf8");
const section = /^## The key of encrypted backups\n([\s\S]*)/m.exec(page)![1]!;
const blocks = section.match(/(^ {4}.+\n)+/gm)!;

/** Runs the block with this part, for this run's stack instead of the page's, with the words that leave nothing to confirm. */
function documented(part: string): Promise<string> {
  const found = blocks.filter((block) => block.includes(part));
  expect(found, `blocks of the page with ${part}`).toHaveLength(1);
  const own = {
    "npx pulumi": "pulumi",
    "--stack prod": `--stack ${stackName}`,
    [`up --stack ${stackName}`]: `up --stack ${stackName} --config-file '${stack.engine.configFile}' --yes --skip-preview`,
    "links-prod": namespace,
  };
  const script = Object.entries(own).reduce((text, [from, to]) => text.replaceAll(from, to), found[0]!);
  return output(["bash", "-euo", "pipefail", "-c", script], { cwd: repository, env: stack.engine.environment(), patience: 600 });
}
const fingerprint = (key: string) => chunkKey(key, "the stack's output").keyId;
const backupIn = (log: string) => /backup (\S+) is stored and verified/.exec(log)![1]!;

test("the key of the backups is lost: with a new one there is a backup that a drill restores, and what the old one made is refused by its name", async () => {
  const old = backupIn((await runJob(namespace, "with-the-old-key", "postgres-backup")).log);
  const before = await documented("backupEncryptionKey");
  expect(await documented("base64 --decode"), "the cluster's Secret holds the same key").toBe(before.trim());

  const lost = performance.now();
  await documented("--replace");
  const made = backupIn((await goodEndOf(namespace, "backup-now")).log);
  const verified = secondsSince(lost);
  const drill = await endOf(drills, "drill-now");
  const restored = secondsSince(lost);

  const after = await documented("backupEncryptionKey");
  expect(fingerprint(after)).not.toBe(fingerprint(before));
  const refusal = `is encrypted with key ${fingerprint(before)}, not with ${fingerprint(after)}; give that key`;
  expect(drill.log).toContain(`newest backup ${made} is right`);
  // The older one that it takes at random is of the lost key.
  expect(drill).toMatchObject({ good: false, log: expect.stringMatching(new RegExp(`drill found what is wrong: backup \\S+ ${refusal}`)) });
  const asked = await outcomeOf([process.execPath, join(repository, "infra", "restore", "cli.ts"), "--namespace", namespace, "--to", old], { patience: 300 });
  expect(asked.code).toBe(1);
  expect(asked.stderr).toContain(`backup ${old} ${refusal}`);
  stack.note("lost key", `${verified} from its loss until there was a verified backup with a new key, ${restored} until a drill had restored it`);
  await kubectl(["--namespace", namespace, "delete", "job", "backup-now", "with-the-old-key", "--wait=false"]);
  await kubectl(["--namespace", drills, "delete", "job", "drill-now", "--wait=false"]);
});
