import type { DashboardOptions } from "./options.ts";
import { lines, type Made } from "./panel.ts";
import { ofService, rate } from "./query.ts";

/** Connections that stay open. */
export function webSocket({ thresholds }: DashboardOptions): Made[] {
  return [
    lines({
      title: "WebSocket connections used",
      description: "Share of the connections that a pod may have, by pod. At 100 % it refuses new callers. The line is the alert's.",
      unit: "percentunit",
      queries: {
        "{{pod}}": `max by (pod) (websocket_connections${ofService()}) / (max by (pod) (websocket_connections_max${ofService()}) > 0)`,
      },
      limits: [{ value: thresholds.webSocketConnections, color: "red" }],
      max: 1,
      alerts: ["AppWebSocketConnectionsAtLimit"],
      noValue: "no limit set",
    }),
    lines({
      title: "WebSocket messages",
      description: "Messages per second, in from callers and out to them, without pings.",
      unit: "ops",
      queries: { "{{direction}}": `sum by (direction) (${rate(`websocket_messages_total${ofService()}`)})` },
      noValue: "no messages",
    }),
    lines({
      title: "WebSocket closes",
      description: `Connections that ended per second, by close code. 1000, 1001, 1005 and 1012 are meant; an alert begins when ${Math.round(thresholds.webSocketAbnormal * 100)} % are others.`,
      unit: "ops",
      queries: { "{{code}}": `sum by (code) (${rate(`websocket_closes_total${ofService()}`)})` },
      alerts: ["AppWebSocketAbnormalCloses"],
      noValue: "none closed",
    }),
  ];
}
