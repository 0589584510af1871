/** Series of one job in the chosen namespace. Every query begins with one of these: without a namespace it would read everybody's. */
export function from(job: string, more = ""): string {
  return `{namespace="$namespace", job="${job}"${more && `, ${more}`}}`;
}

/** Series of several jobs. */
export function fromAny(jobs: string[], more = ""): string {
  return `{namespace="$namespace", job=~"${jobs.join("|")}"${more && `, ${more}`}}`;
}

/** Series that Kubernetes reports about the namespace. */
export function inNamespace(more = ""): string {
  return `{namespace="$namespace"${more && `, ${more}`}}`;
}

/** The service that is chosen. */
export const ofService = (more = "") => from("$service", more);

/** Growth per second. The interval fits the scrape and the zoom. */
export const rate = (series: string) => `rate(${series}[$__rate_interval])`;

/** Growth since the last point of the line. */
export const increase = (series: string) => `increase(${series}[$__rate_interval])`;

/** Quantile of a histogram, by its name without `_bucket`. */
export function quantile(share: number, histogram: string, selector: string, by = ""): string {
  return `histogram_quantile(${share}, sum by (le${by && `, ${by}`}) (${rate(`${histogram}_bucket${selector}`)}))`;
}

/** A variable where more text may follow it: `${name}`. */
export const chosen = (variable: string) => `\${${variable}}`;
