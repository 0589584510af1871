/** Alerts that no fault of the live proof makes, most of them because its stack has nothing for them to watch. They are proved by promtool alone. */
export const noSubject: { reason: string; alerts: string[] }[] = [
  {
    reason: "the stack has no objective on queries of its own",
    alerts: ["AppObjectiveBudgetBurnFast critical hits", "AppObjectiveBudgetBurnSlow warning hits", "AppObjectiveDataAbsent warning hits"],
  },
  { reason: "the stack sends no traces", alerts: ["AppTracesDropped warning"] },
  {
    reason: "its Postgres archives no log",
    alerts: ["PostgresWalArchiveFailing warning", "PostgresWalArchiveHole warning", "PostgresWalArchiveLag warning", "PostgresWalHeldBack warning"],
  },
  { reason: "its Postgres has no standby", alerts: ["PostgresReplicationLag warning", "PostgresStandbyMissing warning"] },
  { reason: "its Redis has no replica", alerts: ["RedisReplicaMissing warning state"] },
];
