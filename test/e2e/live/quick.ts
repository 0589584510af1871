import type { AlertingRule, RecordingRule, RuleFile, RuleGroup } from "../../../infra/components/prometheus/rule.ts";

/** An hour of the rules becomes a minute, a minute a second. */
export const pace = 60;

/** The service of the copy's alerts: Alertmanager tells them from the stack's own by it, and lets neither inhibit the other. */
export const quickService = (service: string) => `${service}-quick`;

/** A number of an expression that no fault can reach here, and one that it can. */
export interface Lowered {
  from: string;
  to: string;
  reason: string;
}

/** Alerts by name whose pace or numbers differ, with the reason. */
export interface Exception {
  /** Instead of the pace of all. */
  pace?: number;
  lowered?: Lowered;
  reason?: string;
}

/**
 * The same rules in quick motion: every `for`, range, offset and group interval divided by the pace, and nothing else of an expression
 * changed but the names of recorded series, which would mix with those of the stack's own rules.
 */
export function quickened({ groups }: RuleFile, exceptions: Record<string, Exception> = {}): RuleFile {
  const records = groups.flatMap(({ rules }) => rules.flatMap((rule) => ("record" in rule ? [rule.record] : [])));
  return { groups: groups.map((group) => quickGroup(group, new Set(records), exceptions)) };
}

function quickGroup({ name, interval = "30s", rules }: RuleGroup, records: Set<string>, exceptions: Record<string, Exception>): RuleGroup {
  return {
    name: `quick-${name}`,
    interval: shorter(interval, pace),
    rules: rules.map((rule) => {
      const exception = "alert" in rule ? exceptions[rule.alert] : undefined;
      const by = exception?.pace ?? pace;
      const expr = quickExpression(reachable(rule, exception?.lowered), by, records);
      return "record" in rule
        ? { ...rule, record: quickName(rule.record), expr }
        : { ...rule, expr, ...(rule.for && { for: shorter(rule.for, by) }), labels: { ...rule.labels, service: quickService(rule.labels.service!) } };
    }),
  };
}

function reachable(rule: RecordingRule | AlertingRule, lowered: Lowered | undefined): string {
  if (!lowered) return rule.expr;
  const parts = rule.expr.split(lowered.from);
  const name = "alert" in rule ? rule.alert : rule.record;
  if (parts.length < 2) throw new Error(`${name} has no "${lowered.from}" any more: ${rule.expr}; mend its line in test/e2e/live/exceptions.ts.`);
  return parts.join(lowered.to);
}

/** A quoted text, a range with or without a resolution or how far ahead its trend is followed, an offset, the age of a process in a window's seconds, a name. */
const pieces = /"(?:[^"\\]|\\.)*"|\[(\w+)(?:(:)(\w*))?\](?:, (\d+)\))?|\boffset (\w+)|> time\(\) - (\d+)\b|[a-zA-Z_:][\w:]*/g;

export function quickExpression(expr: string, by: number, records: ReadonlySet<string>): string {
  return expr.replace(pieces, (piece, range?: string, colon?: string, resolution?: string, ahead?: string, offset?: string, age?: string) => {
    if (range) return `[${shorter(range, by)}${colon ?? ""}${resolution ? shorter(resolution, by) : ""}]${ahead ? `, ${Number(ahead) / by})` : ""}`;
    if (offset) return `offset ${shorter(offset, by)}`;
    if (age) return `> time() - ${Number(age) / by}`;
    return records.has(piece) ? quickName(piece) : piece;
  });
}

const quickName = (record: string) => `quick_${record}`;

/** A duration of Prometheus, divided; whole milliseconds are the least it has. */
export function shorter(duration: string, by: number): string {
  return `${Math.max(1, Math.round(milliseconds(duration) / by))}ms`;
}

export function milliseconds(duration: string): number {
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_536_000_000 };
  const parts = [...duration.matchAll(/(\d+)(ms|[smhdwy])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit!]!, 0);
}
