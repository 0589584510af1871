import { cases, cluster, issuer, proofs } from "./case.ts";

const days = (count: number) => `${count * 86_400}x300`;
const end = issuer("certmanager_certificate_expiration_timestamp_seconds");
const ready = (values: string) => ({ [issuer("certmanager_certificate_ready_status", { condition: "True" })]: values });
const other = issuer("certmanager_certificate_expiration_timestamp_seconds", { name: "other" });
const honored = cluster("certmanager_certificate_expiration_timestamp_seconds", { name: "links-public" });

export const certificateCases = [
  ...cases(
    "CertificateExpiringSoon",
    [
      { situation: "ends in 13 days", fires: true, series: { [end]: days(13) } },
      { situation: "ends in 13 days, scraped with honorLabels", fires: true, series: { [honored]: days(13) } },
      { situation: "cert-manager is not scraped", fires: false, series: {}, proves: proofs.absent },
      { situation: "its last days began half an hour ago", fires: false, series: { [end]: `${14 * 86_400 + 5400}x300` } },
      { situation: "ends in 17 days", fires: false, series: { [end]: days(17) } },
      { situation: "ends in 30 days, when its renewal is due", fires: false, series: { [end]: days(30) } },
      { situation: "another service's ends in a day", fires: false, series: { [other]: days(1), [end]: days(60) } },
    ],
    { at: "2h", labels: { severity: "warning" } },
  ),
  ...cases(
    "CertificateExpiringSoon",
    [
      { situation: "ends in 40 hours", fires: true, series: { [end]: `${42 * 3600}x300` } },
      { situation: "ends in 56 hours", fires: false, series: { [end]: `${58 * 3600}x300` } },
      { situation: "its last 48 hours began three minutes ago", fires: false, series: { [end]: `${50 * 3600 - 180}x300` } },
      { situation: "cert-manager is not scraped", fires: false, series: {}, proves: proofs.absent },
      { situation: "ends in 13 days", fires: false, series: { [end]: days(13) } },
    ],
    { at: "2h", labels: { severity: "critical" } },
  ),
  ...cases(
    "CertificateNotReady",
    [
      { situation: "not issued for an hour", fires: true, series: ready("0x120") },
      { situation: "issued after twenty minutes", fires: false, series: ready("1x40 0x20 1x120"), at: "1h" },
      { situation: "renewed within minutes", fires: false, series: ready("1x20 0x5 1x120") },
      { situation: "cert-manager is not scraped", fires: false, series: {}, proves: proofs.absent },
    ],
    { at: "1h" },
  ),
];
