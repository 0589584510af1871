import { hold } from "../prometheus/hold.ts";
import { durationText, growth, percent, selector } from "../prometheus/promql.ts";
import { type AlertSubject, alerts } from "./subject.ts";
import type { WatchedService } from "./watched.ts";

/** Closes that somebody meant: done, going away, without a code, and the server's own restart. RFC 6455, section 7.4.1. */
const normalCodes = '!~"1000|1001|1005|1012"';

const windowSeconds = hold.burst;

/** Connections that stay open, as the application counts them. */
export function webSocketAlerts(subject: AlertSubject, watched: WatchedService) {
  const { namespace, service, thresholds } = subject;
  const target = selector({ job: watched.name, namespace });
  const closes = (labels: Record<string, string>) =>
    `sum(${growth(`websocket_closes_total${selector({ job: watched.name, namespace, ...labels })}`, target, windowSeconds)})`;
  return alerts(subject, [
    {
      name: "AppWebSocketAbnormalCloses",
      severity: "warning",
      dashboard: "service",
      expr: `${closes({ code: normalCodes })} / (${closes({})} >= ${thresholds.webSocketCloses}) > ${thresholds.webSocketAbnormal}`,
      for: hold.restart,
      summary: `WebSocket connections of ${service} in ${namespace} break off.`,
      description:
        `{{ $value | humanizePercentage }} of the connections that ended within ${durationText(windowSeconds)} did so abnormally, threshold ${percent(thresholds.webSocketAbnormal)}. ` +
        "Those callers miss what was sent until they have connected again.",
    },
    {
      name: "AppWebSocketConnectionsAtLimit",
      severity: "warning",
      dashboard: "service",
      // A maximum of 0 means none is set; a share of it would be infinite.
      expr: `websocket_connections${target} / (websocket_connections_max${target} > 0) > ${thresholds.webSocketConnections}`,
      for: hold.restart,
      summary: `A pod of ${service} in ${namespace} has nearly all WebSocket connections that it may have.`,
      description: `{{ $labels.instance }} uses {{ $value | humanizePercentage }} of them, threshold ${percent(thresholds.webSocketConnections)}. At 100 % it refuses new callers, though another pod may have room.`,
    },
  ]);
}
