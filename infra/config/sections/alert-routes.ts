import * as z from "zod";
import { Weekday } from "../../components/alert-routes/route.ts";
import { Severity } from "../../components/prometheus/alert.ts";
import * as field from "../fields.ts";

const names = <T extends string>(choices: Record<T, T>) => Object.values(choices) as [T, ...T[]];
const listOf = <T extends z.ZodType>(item: T, example: string) => z.array(item, { error: `write a list, such as ${example}` });

const secretKinds = (what: string) =>
  z
    .strictObject({
      secret: field.variableName.optional().describe("Name of its value in `slipway:secrets.alerts`, such as SLACK_URL."),
      secretName: field.dnsLabel("alert-receivers", 253).optional().describe("Instead: a Secret that exists, and"),
      key: field.labelValue("slack-url").optional().describe("the key in it."),
    })
    .describe(what);

const receiver = z.strictObject({
  name: field.dnsLabel("oncall").describe("Name by which routes call it."),
  email: z
    .strictObject({
      to: listOf(field.email, "[team-links@example.org]").describe("Who gets it."),
      from: field.email.describe("Whom it comes from."),
      smarthost: field.plainText("smtp.example.org:587").describe("Server and port."),
      username: field.plainText("alerts").optional().describe("Name to log in with. Left out, nobody logs in."),
      password: secretKinds("Password to log in with.").optional(),
      requireTls: field.flag.optional().describe("Whether mail is refused to a server without STARTTLS. Defaults to true."),
    })
    .optional()
    .describe("Mail by SMTP."),
  slack: z
    .strictObject({
      url: secretKinds("Address of the incoming webhook."),
      channel: field.plainText("#links").optional().describe("Channel. Defaults to the webhook's own."),
    })
    .optional()
    .describe("A Slack channel."),
  pagerDuty: z
    .strictObject({
      routingKey: secretKinds("Integration key, of Events API v2."),
      url: field.plainText("https://events.eu.pagerduty.com/v2/enqueue").optional().describe("Address of the API. Defaults to PagerDuty's in the US."),
    })
    .optional()
    .describe("A PagerDuty service."),
  webhook: z
    .strictObject({ url: secretKinds("Address.") })
    .optional()
    .describe("Anything that takes Alertmanager's JSON."),
});

const severities = () => listOf(field.oneOf(names(Severity)), "[critical]");

const route = z.strictObject({
  severities: severities().optional().describe("Severities that it takes. Defaults to critical and warning."),
  labels: z
    .record(z.string(), field.plainText("links"), { error: "write a map of labels, such as {team: data}" })
    .optional()
    .describe("Labels that an alert must have too."),
  receivers: listOf(field.dnsLabel("oncall"), "[oncall]").describe("Names of the receivers."),
  groupWaitSeconds: field.count(0, 3600).optional().describe("Seconds to wait for more alerts of a new group. Defaults to 30."),
  groupIntervalSeconds: field.count(1, 86_400).optional().describe("Seconds between two messages about a group that changes. Defaults to 300."),
  repeatMinutes: field.count(1, 43_200).optional().describe("Minutes until what still fires is told again. Defaults to 240 for critical, else 1440."),
});

const timeOfDay = (example: string) => field.plainText(example);

export const alertRoutes = z
  .strictObject({
    receivers: listOf(receiver, "[{name: oncall, pagerDuty: {routingKey: {secret: PAGERDUTY_KEY}}}]").describe(
      "Who can be told: each has one of email, slack, pagerDuty, webhook.",
    ),
    routes: listOf(route, "[{severities: [critical], receivers: [oncall]}]").describe("Who is told of what; the first that takes an alert keeps it."),
    quietHours: z
      .strictObject({
        timeZone: field.plainText("Europe/Berlin").describe("Time zone of the hours."),
        from: timeOfDay("18:00").optional().describe("When they begin each day. Defaults to 18:00."),
        to: timeOfDay("08:00").optional().describe("When they end. Defaults to 08:00."),
        days: listOf(field.oneOf(names(Weekday)), "[saturday, sunday]")
          .optional()
          .describe("Days quiet all day. Defaults to saturday and sunday."),
        severities: severities().optional().describe("Severities that wait, never critical. Defaults to warning and info."),
      })
      .optional()
      .describe("When tickets wait."),
    heartbeat: z
      .strictObject({
        receiver: field.dnsLabel("dead-mans-switch").describe("A webhook receiver, used for nothing else."),
        everySeconds: field.count(10, 3600).optional().describe("Seconds between two signs of life. Defaults to 60."),
      })
      .optional()
      .describe("Who notices that no alert can arrive."),
    configLabels: field.labels("release: kube-prometheus-stack").default({}).describe("Labels by which Alertmanager selects its AlertmanagerConfigs."),
  })
  .describe("Whom alerts are told. Left out, Alertmanager's own config decides.");

export type AlertRoutesSection = z.output<typeof alertRoutes>;
