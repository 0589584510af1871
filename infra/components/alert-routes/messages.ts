// What people read, as Go templates that Alertmanager fills in for a group of alerts. They stand in the fields themselves: an
// AlertmanagerConfig can't bring template files. Only functions that every Alertmanager since 0.25 has.

/** Alerts that are told in full; of a hundred the first ten tell enough, and Slack cuts longer texts in the middle of a link. */
const told = 10;

const page = '(eq .CommonLabels.severity "critical")';
const ticket = '(eq .CommonLabels.severity "warning")';
const firing = '(eq .Status "firing")';
const time = (field: "StartsAt" | "EndsAt") => `{{ .${field}.UTC.Format "Mon 2 Jan 15:04 UTC" }}`;

/** How urgent, which alert, of what, and how many: `PAGE PostgresDown: links in shop (2 firing)`. */
export const headline =
  `{{ if ${firing} }}{{ if ${page} }}PAGE{{ else if ${ticket} }}Ticket{{ else }}Alert{{ end }}{{ else }}RESOLVED{{ end }} ` +
  `{{ or .CommonLabels.alertname "alerts" }}: {{ or .CommonLabels.service "no service" }} in {{ .CommonLabels.namespace }}` +
  `{{ if gt (len .Alerts.Firing) 1 }} ({{ len .Alerts.Firing }} firing){{ end }}`;

/** One line for a phone: what is wrong, in the words of the alert. */
export const summaryLine =
  `{{ with index .Alerts 0 }}{{ or .Annotations.summary .Labels.alertname }}{{ end }}` +
  `{{ if gt (len .Alerts) 1 }} ({{ len .Alerts.Firing }} firing, {{ len .Alerts.Resolved }} resolved){{ end }}`;

/** Whom the texts of one format address. */
interface Format {
  text: (value: string) => string;
  strong: (value: string) => string;
  link: (url: string, words: string) => string;
  line: string;
  /** Around one alert. */
  block: [start: string, end: string];
}

const plain: Format = {
  text: (value) => `{{ ${value} }}`,
  strong: (value) => `{{ ${value} }}`,
  link: (url, words) => `${words}: {{ ${url} }}`,
  line: "\n",
  block: ["", "\n\n"],
};

/** Slack takes `<`, `>` and `&` for its own marks: "lag > 1 s" would be cut. */
const escaped = (value: string) => `{{ ${value} | reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;" }}`;
const slack: Format = {
  text: escaped,
  strong: (value) => `*${escaped(value)}*`,
  link: (url, words) => `<{{ ${url} }}|${words}>`,
  line: "\n",
  block: ["", "\n\n"],
};

/** Alertmanager escapes what it puts into HTML. */
const html: Format = {
  text: (value) => `{{ ${value} }}`,
  strong: (value) => `<b>{{ ${value} }}</b>`,
  link: (url, words) => `<a href="{{ ${url} }}">${words}</a>`,
  line: "<br>",
  block: ["<p>", "</p>"],
};

function alerts({ text, strong, link, line, block: [start, end] }: Format, state: "Firing" | "Resolved"): string {
  const since = state === "Firing" ? `Since ${time("StartsAt")}` : `Resolved ${time("EndsAt")}, began ${time("StartsAt")}`;
  const where = `{{ range .Labels.SortedPairs }}{{ if not (eq .Name "alertname" "namespace" "service" "severity") }}, {{ .Name }} ${text(".Value")}{{ end }}{{ end }}`;
  return (
    `{{ range $index, $alert := .Alerts.${state} }}{{ if lt $index ${told} }}` +
    `${start}${strong("or .Annotations.summary .Labels.alertname")}${line}` +
    `{{ if .Annotations.description }}${text(".Annotations.description")}${line}{{ end }}` +
    `${since}${where}{{ if .GeneratorURL }}${line}${link(".GeneratorURL", "Query")}{{ end }}${end}` +
    `{{ end }}{{ end }}{{ if gt (len .Alerts.${state}) ${told} }}${start}The first ${told} of {{ len .Alerts.${state} }}.${end}{{ end }}`
  );
}

const silence =
  '(printf "%s/#/silences/new?filter=%%7Balertname%%3D%%22%s%%22%%2Cservice%%3D%%22%s%%22%%2Cnamespace%%3D%%22%s%%22%%7D" .ExternalURL .CommonLabels.alertname .CommonLabels.service .CommonLabels.namespace)';

function links({ link, line }: Format): string {
  return (
    `{{ if .CommonAnnotations.runbook_url }}${link(".CommonAnnotations.runbook_url", "Runbook")}${line}{{ end }}` +
    `{{ if .CommonAnnotations.dashboard_url }}${link(".CommonAnnotations.dashboard_url", "Dashboard")}${line}{{ end }}` +
    `{{ if ${firing} }}${link(silence, "Silence")}{{ end }}`
  );
}

function body(format: Format): string {
  return alerts(format, "Firing") + alerts(format, "Resolved") + links(format);
}

export const email = { subject: headline, text: body(plain), html: `<html><body><h3>${headline}</h3>${body(html)}</body></html>` };

export const slackMessage = {
  title: headline,
  titleLink: "{{ or .CommonAnnotations.runbook_url .ExternalURL }}",
  text: body(slack),
  fallback: `${headline}: ${summaryLine}`,
  color: `{{ if ${firing} }}{{ if ${page} }}danger{{ else }}warning{{ end }}{{ else }}good{{ end }}`,
};

export const pagerDutyEvent = {
  description: summaryLine,
  /** PagerDuty knows critical, error, warning and info; what nobody rated is looked at. */
  severity: `{{ if ${page} }}critical{{ else if ${ticket} }}warning{{ else if eq .CommonLabels.severity "info" }}info{{ else }}error{{ end }}`,
  class: "{{ .CommonLabels.alertname }}",
  component: "{{ .CommonLabels.service }}",
  group: "{{ .CommonLabels.namespace }}",
  client: "Alertmanager",
  clientUrl: "{{ .ExternalURL }}",
  /** The first four replace Alertmanager's own of these names, which list labels. */
  details: {
    firing: alerts(plain, "Firing"),
    resolved: alerts(plain, "Resolved"),
    num_firing: "{{ .Alerts.Firing | len }}",
    num_resolved: "{{ .Alerts.Resolved | len }}",
    runbook: "{{ .CommonAnnotations.runbook_url }}",
    dashboard: "{{ .CommonAnnotations.dashboard_url }}",
  },
  /** Alertmanager leaves out a link without an address. */
  links: [
    { text: "Runbook", url: "{{ .CommonAnnotations.runbook_url }}" },
    { text: "Dashboard", url: "{{ .CommonAnnotations.dashboard_url }}" },
    { text: "Silence", url: `{{ if ${firing} }}{{ ${silence} }}{{ end }}` },
  ],
};
