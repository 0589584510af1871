import { type AlertDefinition, alert } from "../../components/prometheus/alert.ts";
import { duration, durationText } from "../../components/prometheus/promql.ts";
import type { RuleFile } from "../../components/prometheus/rule.ts";
import type { LogsSpec } from "./spec.ts";

/** Seconds over which lines are counted. */
const windows = { errors: 300, others: 600 } as const;

/** What no server of ours writes unless a login was refused: Postgres, its client, and a client of Redis, which itself stays silent. */
const refusedLogin = "password authentication failed|no pg_hba\\.conf entry|WRONGPASS |NOAUTH |invalid username-password pair";

/** One line that is no JSON, or half of it, would else fail the whole rule: whoever writes it silences everybody. */
const lenient = "| drop __error__, __error_details__";

/** A request that fails unexpectedly writes two lines; the one without a route is left to the other. */
const errors = `|= \`"level":"error"\` | json level="level", route="route", requestId="requestId" ${lenient} | level="error" | route!="" or requestId=""`;

/** How processes end that did not mean to: ours (level fatal), Go's, Node's own, Postgres'. */
const crash = '"level":"fatal"|^panic: |^fatal error: |^FATAL ERROR: |^Uncaught |PANIC:  ';

/** The service's own line, and Postgres', which also sees the statements of others. */
const slowQuery = '"msg":"slow query"|LOG:  duration: [0-9.]+ ms';

/**
 * Alerts on log lines of every pod of the cluster. They belong to the platform, not to a service: a new service is watched from
 * its first line on, without an object that somebody could forget, and nothing has to look for rules in all namespaces.
 *
 * Namespace and service are labels of the result, put into the alert by its template. So no expression may lose them; a test looks.
 */
export function logRules({ namespace, runbookBaseUrl, thresholds }: Pick<LogsSpec, "namespace" | "runbookBaseUrl" | "thresholds">): RuleFile {
  // Not Loki's own lines: of a rule that failed, its text is in one, and would be counted as what it looks for.
  const all = `{service_name=~".+", k8s_namespace_name!="${namespace}"}`;
  const count = (lines: string, window: number, by: string[] = []) =>
    `sum by (${["k8s_namespace_name", "service_name", ...by].join(", ")}) (count_over_time(${all} ${lines} [${duration(window)}]))`;
  const context = { namespace: "{{ $labels.k8s_namespace_name }}", service: "{{ $labels.service_name }}", runbookBaseUrl };
  const where = `${context.service} in ${context.namespace}`;

  const definitions: AlertDefinition[] = [
    {
      name: "LogErrorBurst",
      severity: "warning",
      dashboard: "service",
      expr: `${count(errors, windows.errors, ["route"])} > ${thresholds.errors}`,
      summary: `${where} logs errors{{ if $labels.route }} on {{ $labels.route }}{{ end }}.`,
      description:
        `{{ $value }} lines at level error in ${durationText(windows.errors)}, threshold ${thresholds.errors}. ` +
        "Callers of that route got errors. If it has an objective, that pages by itself; the lines say why.",
    },
    {
      name: "LogAuthenticationFailures",
      severity: "warning",
      dashboard: "service",
      expr: `${count(`|~ \`${refusedLogin}\``, windows.others)} > ${thresholds.authenticationFailures}`,
      summary: `Logins are refused, says ${where}.`,
      description:
        `{{ $value }} refused logins in ${durationText(windows.others)}, threshold ${thresholds.authenticationFailures}. ` +
        "A password was rotated and somebody still uses the old one, or somebody guesses.",
    },
    {
      name: "LogProcessCrash",
      severity: "warning",
      dashboard: "service",
      expr: `${count(`|~ \`${crash}\``, windows.others)} > 0`,
      summary: `A process of ${where} ended by an error that nobody caught.`,
      description: `{{ $value }} times in ${durationText(windows.others)}. Requests in flight in that pod were lost. It starts again by itself; the cause does not go away by itself.`,
    },
    {
      name: "LogSlowQueries",
      severity: "warning",
      dashboard: "postgres",
      expr: `${count(`|~ \`${slowQuery}\` | json query="query" ${lenient}`, windows.others, ["query"])} > ${thresholds.slowQueries}`,
      summary: `{{ if $labels.query }}The statement {{ $labels.query }}{{ else }}A statement{{ end }} is slow, says ${where}.`,
      description: `{{ $value }} slow runs in ${durationText(windows.others)}, threshold ${thresholds.slowQueries}. Requests that need it wait, and hold a connection meanwhile.`,
    },
  ];
  return { groups: [{ name: "logs", interval: "30s", rules: definitions.map((definition) => alert(context, definition)) }] };
}
