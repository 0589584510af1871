import { createPublicKey } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { report, sentence } from "../report.ts";
import { bucketSettings, readerStore } from "../store/from-environment.ts";
import { type LatestLook, metricsServer } from "./server.ts";
import { Survey } from "./survey.ts";

// Environment beside that of the bucket: PORT, LOOK_SECONDS (time between two looks), DRILL_PUBLIC_KEY (PEM; left out, no drill is believed).

const { LOOK_SECONDS = "60", PORT = "9180", DRILL_PUBLIC_KEY } = process.env;
const { bucket, prefix } = bucketSettings(process.env);
const publicKey = DRILL_PUBLIC_KEY ? createPublicKey(DRILL_PUBLIC_KEY) : undefined;
const survey = new Survey(readerStore(process.env), prefix, publicKey);
const latest: LatestLook = {};
const stopping = new AbortController();

const server = metricsServer(latest).listen(Number(PORT));
process.once("SIGTERM", () => {
  stopping.abort();
  server.close();
  server.closeIdleConnections();
});
report(`looks at ${prefix}/ in bucket ${bucket} every ${LOOK_SECONDS} s`);

let told = "";
while (!stopping.signal.aborted) {
  await look();
  await sleep(Number(LOOK_SECONDS) * 1000, undefined, { signal: stopping.signal }).catch(() => undefined);
}
process.exit(0);

async function look(): Promise<void> {
  try {
    latest.state = await survey.look();
    latest.failure = undefined;
    tell(latest.state.problems.length > 0 ? latest.state.problems.slice(0, 20).join("\n  ") : `${latest.state.backups.length} backups, each whole`);
  } catch (error) {
    latest.failure = sentence(error);
    tell(`the bucket can't be read: ${latest.failure}`);
  }
}

/** Once for each thing that is found, not once a minute. */
function tell(what: string): void {
  if (what !== told) report(what);
  told = what;
}
