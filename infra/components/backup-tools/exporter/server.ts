import { createServer, type Server } from "node:http";
import type { BucketState } from "./bucket-state.ts";
import { metricsText } from "./metrics.ts";

/** What the exporter knows, and since when. */
export interface LatestLook {
  state?: BucketState;
  /** Why the last look failed, if it did. */
  failure?: string;
}

/** A look older than this is no answer: without one, the scrape fails and ExporterDown says so, instead of old figures that look fine. */
const oldestSeconds = 600;

/** Serves the last look; a scrape never waits for the bucket. */
export function metricsServer(latest: LatestLook, now = () => new Date()): Server {
  return createServer((request, response) => {
    const answer = (status: number, text: string) => {
      response.writeHead(status, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
      response.end(request.method === "HEAD" ? undefined : text);
    };
    if (request.url === "/") return answer(200, "backup exporter: see /metrics\n");
    if (request.url !== "/metrics") return answer(404, "there is only /metrics\n");
    const { state, failure } = latest;
    if (state && now().getTime() - state.at.getTime() <= oldestSeconds * 1000) return answer(200, metricsText(state, now()));
    const since = state ? `since ${state.at.toISOString()}` : "since its start";
    answer(503, `the bucket could not be read ${since}${failure ? `: ${failure}` : "; the first look is under way"}\n`);
  });
}
