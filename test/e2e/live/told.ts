import { mailOf } from "../receivers/mail.ts";
import type { Received, ReceivedKind } from "../receivers/receivers.ts";

/** What a message says of the alert that it is about, whatever its format. */
interface Said {
  firing: boolean;
  alertname: string;
  service: string;
  /** As a label, or as the first word of a headline. */
  severity: string;
  text: string;
}

const headline = /^(PAGE|Ticket|Alert|RESOLVED) (\w+): (\S+) in /;
const spoken: Record<string, string> = { PAGE: "critical", Ticket: "warning", Alert: "info" };

/** Which receivers were told that an alert fires. */
export function toldOf(received: readonly Received[], labels: Record<string, string>): ReceivedKind[] {
  const own = [labels.redis, labels.objective].filter((value) => value !== undefined);
  const about = received.filter((message) => {
    const said = saidBy(message);
    const same = said.alertname === labels.alertname && said.service === labels.service && said.severity === labels.severity;
    return said.firing && same && own.every((value) => said.text.includes(value));
  });
  return [...new Set(about.map(({ kind }) => kind))].sort();
}

function saidBy({ kind, body, source }: Received): Said {
  if (kind === "slack") return inWords(body.attachments[0].title, body.attachments[0].text);
  if (kind === "email") {
    const { subject, text } = mailOf(source!);
    return inWords(subject, text);
  }
  const text = JSON.stringify(body);
  if (kind === "pagerDuty") {
    const { class: alertname = "", component: service = "", severity = "" } = body.payload ?? {};
    return { firing: body.event_action === "trigger", alertname, service, severity, text };
  }
  const { alertname, service, severity } = body.commonLabels;
  return { firing: body.status === "firing", alertname, service, severity, text };
}

function inWords(title: string, text: string): Said {
  const [, urgency = "", alertname = "", service = ""] = headline.exec(title) ?? [];
  return { firing: urgency !== "RESOLVED", alertname, service, severity: spoken[urgency] ?? "", text };
}
