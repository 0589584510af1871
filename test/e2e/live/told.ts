import { mailOf } from "../receivers/mail.ts";
import type { Received, ReceivedKind } from "../receivers/receivers.ts";
import { quickService } from "./quick.ts";

/** Which receivers were told that an alert fires. */
export function toldOf(received: readonly Received[], labels: Record<string, string>): ReceivedKind[] {
  const own = [labels.redis, labels.objective].filter((value) => value !== undefined);
  const about = received.filter(
    (message) => isOpen(message) && names(message, labels.alertname!, labels.service!) && own.every((value) => words(message).includes(value)),
  );
  return [...new Set(about.map(({ kind }) => kind))].sort();
}

const isOpen = (message: Received) => !/RESOLVED|"event_action":"resolve"|"status":"resolved"/.test(words(message).slice(0, 4000));

function names(message: Received, alertname: string, service: string): boolean {
  const text = words(message);
  const asJson = text.includes(`"alertname":"${alertname}"`) && text.includes(`"service":"${service}"`);
  const asWords = text.includes(`${alertname}: ${quickService(service.replace(/-quick$/, ""))} in `);
  const asIncident = text.includes(`"class":"${alertname}"`) && text.includes(`"component":"${service}"`);
  return asJson || asWords || asIncident;
}

function words({ kind, body, source }: Received): string {
  if (kind !== "email") return JSON.stringify(body);
  const { subject, text } = mailOf(source!);
  return `${subject}\n${text}`;
}
