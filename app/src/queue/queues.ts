/** The queues, as migrations make them: retries, leases and dead letters are theirs. */
export const queues = {
  linkStatistics: "link-statistics",
  statisticsRetention: "statistics-retention",
  /** Jobs that were given up wait here for a person. */
  deadLetters: "dead-letters",
} as const;
