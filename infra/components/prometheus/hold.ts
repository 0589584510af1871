/**
 * For how many seconds a condition must hold before it is an alert. Each is as long as what mends itself takes, so that an alert is
 * about what does not.
 */
export const hold = {
  /** A second failed look: a single one may be the looker's own. */
  secondLook: 60,
  /** A process that starts again, on another node if its own is lost. */
  restart: 5 * 60,
  /** A burst of load or of connections, as a rollout or a cold cache makes it. */
  burst: 10 * 60,
  /** A whole rollout, and the autoscaler's answer to more load. */
  rollout: 15 * 60,
  /** Work that is done in the background, such as vacuum, a certificate's renewal or the drain of a node. */
  background: 30 * 60,
  /** What moves over days: an hour sooner or later changes nothing, a flicker would only be noise. */
  days: 60 * 60,
} as const;
