import * as z from "zod";
import { bytes, cpuMillis } from "../components/kubernetes/quantities.ts";
import { scheduleProblem } from "../components/kubernetes/schedule.ts";

// Each field's error is its mend: what to write instead, with an example. The path and the value found are added in messages.ts.

const text = (mend: string) => z.string({ error: mend }).min(1, { error: mend });
const matching = (pattern: RegExp, mend: string) => text(mend).regex(pattern, { error: mend });

/** A name that may stand in DNS, as names of namespaces and Services must. */
export const dnsLabel = (example: string, longest = 63) =>
  matching(
    new RegExp(`^[a-z]([a-z0-9-]{0,${longest - 2}}[a-z0-9])?$`),
    `use lower-case letters, digits and -, starting with a letter, at most ${longest}, such as ${example}`,
  );

/** A stack owns its namespace: it may be emptied and deleted with the stack. */
export const namespace = (example: string) =>
  dnsLabel(example).regex(/^(?!default$|kube-)/, {
    error: `belongs to the cluster, and would be deleted with the stack; choose one of its own, such as ${example}`,
  });

export const plainText = (example: string) => text(`write a text, such as ${example}`);

export const labelValue = (example: string) =>
  matching(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/, `use letters, digits, -, _ and ., at most 63, such as ${example}`);

const labelMend = (example: string) =>
  `write a map of labels such as {${example}}: keys and values of letters, digits, -, _ and ., at most 63, keys with a prefix and / if need be`;
/** Labels for a selector of others. The API server would refuse a wrong one in the middle of an update. */
export const labels = (example: string) =>
  z.record(
    matching(/^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/, labelMend(example)),
    z.string({ error: labelMend(example) }).regex(/^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/, { error: labelMend(example) }),
    { error: labelMend(example) },
  );

export const email = matching(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "write a mail address that somebody reads, such as team-links@example.org");

export const host = matching(
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/,
  "write a host name without scheme, port and path, such as links.example.org",
);

/** More than any machine has; a typing mistake, such as Ti for Gi, is below it and shows in the plan. */
const mostMemory = "64Ti";
const mostCpu = "512";

/** Memory of a container or size of a volume. The patterns serve editors; the functions decide, so that schema and components can't differ. */
export const memory = (example: string, least: string) => {
  const mend = `write an amount from ${least} to ${mostMemory}, such as ${example}`;
  return matching(/^\d+(\.\d+)?([kMGTPE]|[KMGTPE]i)?$/, mend).refine((value) => bytes(value) >= bytes(least) && bytes(value) <= bytes(mostMemory), {
    error: mend,
  });
};

export const cpu = (example: string) => {
  const mend = `write a CPU quantity from 1m to ${mostCpu}, such as ${example} or "1"`;
  return matching(/^\d+(\.\d+)?m?$/, mend).refine((value) => cpuMillis(value) > 0 && cpuMillis(value) <= cpuMillis(mostCpu), { error: mend });
};

/** A whole number. Both bounds stand in the message. */
export const count = (least: number, most: number) => {
  const mend = `give a whole number from ${least} to ${most}`;
  return z.int({ error: mend }).min(least, { error: mend }).max(most, { error: mend });
};

export const number = (least: number, most: number, what: string) => {
  const mend = `give ${what} from ${least} to ${most}`;
  return z.number({ error: mend }).min(least, { error: mend }).max(most, { error: mend });
};

export const flag = z.boolean({ error: "write true or false, without quotes" });

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: `use ${values.slice(0, -1).join(", ")}${values.length > 1 ? " or " : ""}${values.at(-1)}` });
}

const scheduleMend = 'write a cron expression of five fields in UTC that fires now and then, such as "17 3 * * *"';
export const schedule = text(scheduleMend).refine((value) => scheduleProblem("schedule", value) === undefined, {
  error: ({ input }) =>
    scheduleProblem("schedule", String(input))
      ?.replace(/^schedule ".*?" /, "it ")
      .replace(/\.$/, "") ?? scheduleMend,
});

const cidrMend = "write the ingress controller's address range, such as 10.244.0.0/16; a range of everybody would let everybody choose an address";
/** The networks whose word on a client's address is believed. */
export const cidr = matching(/^[0-9a-fA-F.:]+\/\d{1,3}$/, cidrMend).refine(isNarrowRange, { error: cidrMend });

function isNarrowRange(value: string): boolean {
  const [address = "", prefix = ""] = value.split("/");
  const version = address.includes(":") ? 6 : 4;
  const octets = address.split(".");
  const valid =
    version === 6 ? URL.canParse(`http://[${address}]`) : octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) <= 255);
  return valid && Number(prefix) > 0 && Number(prefix) <= (version === 6 ? 128 : 32);
}

const referenceMend = "name an image with a fixed tag or, better, a digest, such as registry.example.org/links@sha256:<64 hex digits>; never latest";
/** An image that is the same tomorrow. */
export const imageReference = text(referenceMend).refine(isFixedImage, { error: referenceMend });

function isFixedImage(reference: string): boolean {
  const match = /^[a-z0-9][a-z0-9._-]*(:\d+(?=\/))?(\/[a-z0-9._-]+)*(:(?<tag>[\w][\w.-]{0,127}))?(@sha256:(?<digest>[a-f0-9]{64}))?$/.exec(reference);
  return match !== null && (match.groups?.digest !== undefined || (match.groups?.tag !== undefined && match.groups.tag !== "latest"));
}

export const webAddress = (example: string) =>
  matching(/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/, `write an address with scheme and host, and without query, such as ${example}`);

export const imageTag = matching(/^\w[\w.-]{0,127}$/, "write a tag, such as 1.4.0");

export const repository = matching(
  /^[a-z0-9][a-z0-9._-]*(:\d+)?(\/[a-z0-9._-]+)+$/,
  "name the repository without tag and digest, such as ghcr.io/example/links",
);

/** Above a minute the alerts' five-minute windows hold too few samples; below five seconds Prometheus does little else. */
const scrapeMend = "write a time from 5s to 1m, such as 30s";
export const scrapeInterval = matching(/^([5-9]s|[1-5]\ds|60s|1m)$/, scrapeMend);

export const rateLimit = matching(/^[1-9]\d{0,6}\/[1-9]\d{0,4}$/, "write requests/seconds, such as 30/60 for thirty a minute");

export const variableName = matching(/^[A-Z][A-Z0-9_]*$/, "use capitals, digits and _, starting with a letter, such as SENTRY_DSN");

/** As `pulumi stack ls --all` shows it. */
export const stackReference = matching(
  /^[\w.-]+\/[\w.-]+\/[\w.-]+$/,
  "name a stack by organization, project and name, such as organization/slipway-platform/dev",
);
