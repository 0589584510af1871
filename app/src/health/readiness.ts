import type { Database, Statement } from "../postgres/database.ts";

/** What a probe learns. */
export interface Readiness {
  ready: boolean;
  /** Why not, for whoever reads the pod's events. */
  reason?: string;
}

const ping: Statement = { name: "health_ping", text: "SELECT 1" };

/** An answer is used again for this long, so that probes and scrapes together cost one query. Shorter than any probe's period. */
const ageMilliseconds = 1_000;
/** Longest wait for the database, below the probe's own time-out of 2 s, so that the probe gets a reason and no silence. */
const timeoutMilliseconds = 1_500;

/** Checks the database when asked, one check at a time. */
export function createReadiness(database: Database, report: (up: boolean) => void): () => Promise<Readiness> {
  let current: Promise<Readiness> | undefined;
  let asked = 0;

  async function check(): Promise<Readiness> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("no answer in time")), timeoutMilliseconds);
    });
    try {
      await Promise.race([database.query(ping), silence]);
      report(true);
      return { ready: true };
    } catch (error) {
      report(false);
      return { ready: false, reason: `postgres: ${(error as Error).message}` };
    } finally {
      clearTimeout(timer);
    }
  }

  return () => {
    if (!current || performance.now() - asked >= ageMilliseconds) {
      asked = performance.now();
      current = check();
    }
    return current;
  };
}
