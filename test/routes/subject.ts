import type { AlertRoutesArgs } from "../../infra/components/alert-routes/alert-routes.ts";

/** Routes with every kind of receiver, of secret and of choice. */
export const everything: AlertRoutesArgs = {
  namespace: "shop",
  receivers: [
    { name: "oncall", pagerDuty: { routingKey: { value: "0123456789abcdef0123456789abcdef" } } },
    { name: "channel", slack: { url: { value: "https://hooks.slack.example.org/services/T/B/x" }, channel: "#links" } },
    {
      name: "mail",
      email: {
        to: ["team-links@example.org", "second@example.org"],
        from: "alerts@example.org",
        smarthost: "smtp.example.org:587",
        username: "alerts",
        password: { secretName: "smtp-login", key: "password" },
      },
    },
    { name: "data-team", webhook: { url: { value: "https://bridge.example.org/data?token=secret" } } },
    { name: "dead-mans-switch", webhook: { url: { secretName: "heartbeat", key: "url" } } },
  ],
  routes: [
    { severities: ["critical"], labels: { team: "data" }, receivers: ["data-team", "oncall"], repeatMinutes: 60 },
    { labels: { alertname: "CertificateExpiringSoon" }, receivers: ["mail"], groupWaitSeconds: 0, groupIntervalSeconds: 3600, repeatMinutes: 2880 },
    { severities: ["critical"], receivers: ["oncall", "channel"] },
    { severities: ["warning"], receivers: ["channel", "mail"] },
  ],
  quietHours: { timeZone: "Europe/Berlin", severities: ["warning"] },
  heartbeat: { receiver: "dead-mans-switch" },
  configLabels: { alertmanager: "main" },
};
