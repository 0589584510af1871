import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Ended {
  code: number | null;
  log: string;
}

/** Stand-ins for the programs at the ends of the two scripts. A file of the program's name in `faults` is run before its own work. */
const programs: Record<string, string> = {
  pg_isready: "exit 0",
  psql: `case "$*" in *json_build_object*) echo '{"database" : "links", "schemaVersion" : 7}' ;; *) echo 4000000 ;; esac`,
  pg_dump: `case "$*" in --version) echo "pg_dump (PostgreSQL) 18.4" ;; *) cat "$T/source" ;; esac`,
  pg_restore: `head -c 5 | grep -q PGDMP && printf '; a comment\\n1; 2 3 TABLE DATA public links owner\\n'`,
  rclone: `
    case "$*" in
    *" lsf "*) [ -d "$path" ] || exit 3 ;;
    *" rcat "*) mkdir -p "$(dirname "$path")" && cat >"$path.part" && mv "$path.part" "$path" ;;
    *" cat "*) cat "$path" ;;
    *" copyto "*) for file; do [ "$file" = "$last" ] || from=$file; done; cp "$from" "$path" ;;
    *" delete "*) echo "$*" >>"$T/deleted" ;;
    esac`,
};

const prologue = `#!/bin/sh
last=none
for last; do :; done
path="$T/store/$(echo "$last" | sed 's/^[a-z]*://')"
program=$(basename "$0")
[ ! -e "$T/faults/$program" ] || . "$T/faults/$program"
`;

/** A place in which the two scripts run as two processes that speak through real pipes. */
export class ScriptsWorkbench {
  readonly folder = mkdtempSync(join(tmpdir(), "backup-"));
  readonly running: ChildProcess[] = [];

  constructor() {
    for (const directory of ["bin", "exchange", "scratch", "store", "faults"]) mkdirSync(join(this.folder, directory));
    for (const [name, body] of Object.entries(programs)) {
      const file = join(this.folder, "bin", name);
      writeFileSync(file, `${prologue}${body}\n`);
      chmodSync(file, 0o755);
    }
    writeFileSync(join(this.folder, "password"), "secret-of-the-database");
    writeFileSync(join(this.folder, "source"), `PGDMP${"0123456789abcdef".repeat(200_000)}`);
  }

  fault(program: string, command: string): void {
    writeFileSync(join(this.folder, "faults", program), command);
  }

  start(script: "dump.sh" | "upload.sh", more: Record<string, string> = {}): { child: ChildProcess; ended: Promise<Ended> } {
    const [database, store] = [
      {
        PASSWORD_FILE: join(this.folder, "password"),
        PGDATABASE: "links",
        PGHOST: "postgres",
        PGPORT: "5432",
        PGUSER: "reader",
        SCHEMA_VERSION_QUERY: "SELECT 7",
      },
      { BUCKET: "bucket", DATABASE: "links", ENDPOINT: "http://store", MEMORY_MEBIBYTES: "96", POD_NAME: "postgres-backup-1-x7k2p", PREFIX: "backups" },
    ];
    const place = { T: this.folder, EXCHANGE: join(this.folder, "exchange"), SCRATCH: join(this.folder, "scratch"), RENDEZVOUS_SECONDS: "20" };
    const PATH = `${join(this.folder, "bin")}:${process.env.PATH}`;
    // A group of its own, so that it ends as a container does: with all its processes.
    const child = spawn("sh", [join(import.meta.dirname, script)], { env: { ...place, ...database, ...store, PATH, ...more }, detached: true });
    this.running.push(child);
    let log = "";
    child.stdout!.on("data", (text) => {
      log += text;
    });
    child.stderr!.on("data", (text) => {
      log += text;
    });
    return { child, ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, log }))) };
  }

  async run(more?: Record<string, string>): Promise<{ dump: Ended; upload: Ended }> {
    const [dump, upload] = [this.start("dump.sh", more), this.start("upload.sh", more)];
    return { dump: await dump.ended, upload: await upload.ended };
  }

  /** Names of what is in the store, without what an upload left unfinished. */
  stored(): string[] {
    const path = join(this.folder, "store/bucket/backups/links");
    return existsSync(path)
      ? readdirSync(path)
          .filter((name) => !name.endsWith(".part"))
          .sort()
      : [];
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  end(): void {
    for (const { pid, exitCode, signalCode } of this.running) {
      if (exitCode === null && signalCode === null) process.kill(-pid!, "SIGKILL");
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
