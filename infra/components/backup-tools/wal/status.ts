import { createServer, type Server } from "node:http";

/** What the archiver knows of itself, as Prometheus reads it. */
export interface ArchiveStatus {
  /** Whether the log is being received and nothing has failed since. */
  healthy: boolean;
  /** When a segment was last found in the bucket, in seconds since 1970; 0 before the first. */
  lastArchived: number;
  /** Since when the first segment that is not in the bucket is whole, in seconds since 1970; 0 when there is none. */
  behindSince: number;
  /** Bytes of the log that are written by the server and not in the bucket. */
  behindBytes: number;
  /** Whole segments that wait for their upload. */
  waiting: number;
  archived: number;
  failures: number;
  /** How often the server had thrown away what was not archived, so that moments in between can't be restored. */
  gaps: number;
}

export const emptyStatus = (): ArchiveStatus => ({
  ...{ healthy: false, lastArchived: 0, behindSince: 0, behindBytes: 0, waiting: 0, archived: 0, failures: 0, gaps: 0 },
});

/** The text that Prometheus reads. */
export function metricsOf(status: ArchiveStatus): string {
  const lines: [name: string, kind: "gauge" | "counter", help: string, value: number][] = [
    ["wal_archive_up", "gauge", "1 while the log is received.", Number(status.healthy)],
    ["wal_archive_last_archived_timestamp_seconds", "gauge", "When a segment was last found in the bucket.", status.lastArchived],
    [
      "wal_archive_behind_since_timestamp_seconds",
      "gauge",
      "Since when the first segment that is not in the bucket is whole; 0 when there is none.",
      status.behindSince,
    ],
    ["wal_archive_behind_bytes", "gauge", "Log that the server has written and the bucket does not have.", status.behindBytes],
    ["wal_archive_waiting_segments", "gauge", "Whole segments that wait for their upload.", status.waiting],
    ["wal_archive_archived_segments_total", "counter", "Segments stored and read back.", status.archived],
    ["wal_archive_failures_total", "counter", "Attempts that failed.", status.failures],
    ["wal_archive_gaps_total", "counter", "Times that the server threw away log that was not archived.", status.gaps],
  ];
  return lines.map(([name, kind, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${name} ${value}\n`).join("");
}

/** Serves `/metrics`, and `/` as long as this process answers at all: one that waits for its server or its bucket must not be killed. */
export function serveStatus(status: ArchiveStatus, port: number): Server {
  return createServer((request, response) => {
    if (request.url === "/") return void response.end("log archive; its figures are at /metrics\n");
    if (request.url !== "/metrics") return void response.writeHead(404).end();
    response.setHeader("content-type", "text/plain; version=0.0.4; charset=utf-8").end(metricsOf(status));
  }).listen(port);
}
