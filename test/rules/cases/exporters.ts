import { cases, exporter, proofs } from "./case.ts";

const names = ["postgres-exporter", "redis-cache-exporter", "redis-state-exporter", "backup-exporter", "postgres-wal"];
const all = Object.fromEntries(names.map((job) => [job, "1x30"]));
const up = (values: Record<string, string>) => Object.fromEntries(Object.entries(values).map(([job, notation]) => [exporter(job, "up"), notation]));

export const exporterCases = cases(
  "ExporterDown",
  [
    { situation: "an exporter answers no scrape", fires: true, series: up({ ...all, "postgres-exporter": "0x30" }) },
    { situation: "an exporter was never there", fires: true, series: up(Object.fromEntries(names.slice(1).map((job) => [job, "1x30"]))) },
    { situation: "what archives the log answers no scrape", fires: true, series: up({ ...all, "postgres-wal": "0x30" }) },
    { situation: "none is there", fires: true, series: {}, proves: proofs.absent },
    { situation: "all answer", fires: false, series: up(all) },
    { situation: "one restarts for five minutes", fires: false, at: "9m", series: up({ ...all, "postgres-exporter": "1x5 0x5 1x30" }) },
    { situation: "one is replaced by another pod", fires: false, series: { ...up(all), [exporter("postgres-exporter", "up", { instance: "old" })]: "0x30" } },
  ],
  { at: "20m" },
);
