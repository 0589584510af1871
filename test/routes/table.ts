/** An alert's labels, and the receivers that must be told of it by the routes of `subject.ts`. */
export interface Row {
  what: string;
  labels: Record<string, string>;
  receivers: string[];
}

const links = { namespace: "shop", service: "links" };

export const table: Row[] = [
  { what: "a page", labels: { ...links, alertname: "PostgresDown", severity: "critical" }, receivers: ["oncall", "channel"] },
  { what: "a ticket", labels: { ...links, alertname: "AppDbPoolSaturated", severity: "warning" }, receivers: ["channel", "mail"] },
  { what: "the dead man's switch", labels: { ...links, alertname: "Watchdog", severity: "info" }, receivers: ["dead-mans-switch"] },
  { what: "the dead man's switch of no service", labels: { namespace: "shop", alertname: "Watchdog", severity: "none" }, receivers: ["dead-mans-switch"] },
  { what: "a dead man's switch rated as a page", labels: { ...links, alertname: "Watchdog", severity: "critical" }, receivers: ["dead-mans-switch"] },
  { what: "another alert for machines", labels: { ...links, alertname: "InfoInhibitor", severity: "info" }, receivers: ["nobody"] },
  { what: "a page by label", labels: { ...links, alertname: "ImportFailed", severity: "critical", team: "data" }, receivers: ["data-team", "oncall"] },
  {
    what: "a ticket with the label of a page",
    labels: { ...links, alertname: "ImportSlow", severity: "warning", team: "data" },
    receivers: ["channel", "mail"],
  },
  { what: "a label with another value", labels: { ...links, alertname: "ImportFailed", severity: "critical", team: "web" }, receivers: ["oncall", "channel"] },
  { what: "a ticket by name", labels: { ...links, alertname: "CertificateExpiringSoon", severity: "warning" }, receivers: ["mail"] },
  { what: "a page by name", labels: { ...links, alertname: "CertificateExpiringSoon", severity: "critical" }, receivers: ["mail"] },
  {
    what: "a page that two routes would take, by the first",
    labels: { ...links, alertname: "CertificateExpiringSoon", severity: "critical", team: "data" },
    receivers: ["data-team", "oncall"],
  },
  { what: "a severity that nobody knows", labels: { ...links, alertname: "Odd", severity: "disaster" }, receivers: ["channel"] },
  { what: "no severity", labels: { ...links, alertname: "Odd" }, receivers: ["channel"] },
  { what: "a severity in capitals", labels: { ...links, alertname: "PostgresDown", severity: "Critical" }, receivers: ["channel"] },
  { what: "a name without a severity", labels: { ...links, alertname: "CertificateExpiringSoon" }, receivers: ["channel"] },
  { what: "a page of no service", labels: { namespace: "shop", alertname: "QuotaFull", severity: "critical" }, receivers: ["oncall", "channel"] },
  { what: "a page of another namespace", labels: { ...links, namespace: "other", alertname: "PostgresDown", severity: "critical" }, receivers: ["nobody"] },
  { what: "a namespace that begins alike", labels: { ...links, namespace: "shop-2", alertname: "PostgresDown", severity: "critical" }, receivers: ["nobody"] },
  { what: "a page that lost its namespace", labels: { service: "links", alertname: "PostgresDown", severity: "critical" }, receivers: ["nobody"] },
  { what: "the dead man's switch of another namespace", labels: { namespace: "other", alertname: "Watchdog", severity: "info" }, receivers: ["nobody"] },
];
