-- Hits of a link on a day (UTC), as the difference of two totals: a job that is lost, repeated or late then changes no sum.
CREATE TABLE link_statistics (
  link_id bigint NOT NULL REFERENCES links ON DELETE CASCADE,
  day date NOT NULL,
  hits_before bigint NOT NULL,
  hits_after bigint NOT NULL,
  PRIMARY KEY (link_id, day)
);
-- For the job that deletes old days.
CREATE INDEX link_statistics_day ON link_statistics (day);

-- A job that was given up, for a person to look at: kept for thirty days, tried no more.
SELECT pgboss.create_queue('dead-letters', '{"policy": "standard", "retryLimit": 0, "retentionSeconds": 2592000}');
-- Six tries within about three minutes. A worker that says nothing for 30 s has lost its job to another.
SELECT pgboss.create_queue('link-statistics', '{"policy": "standard", "retryLimit": 5, "retryDelay": 5, "retryBackoff": true, "retryDelayMax": 300,
  "heartbeatSeconds": 30, "expireInSeconds": 300, "retentionSeconds": 604800, "deleteAfterSeconds": 3600, "deadLetter": "dead-letters"}');
-- At most one waits: a run deletes all that is old, whatever was missed.
SELECT pgboss.create_queue('statistics-retention', '{"policy": "short", "retryLimit": 3, "retryDelay": 30, "retryBackoff": true,
  "heartbeatSeconds": 30, "expireInSeconds": 300, "deleteAfterSeconds": 86400, "deadLetter": "dead-letters"}');
