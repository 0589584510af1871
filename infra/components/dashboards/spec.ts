/** Bytes that a ConfigMap may hold, less what its metadata needs. The API server refuses more only in the midst of an update. */
const largest = 2 ** 20 - 4096;

/** Name of a dashboard's ConfigMap, in Pulumi and in the cluster. */
export const configMapName = (component: string, file: string) => `${component}-${file.replace(/\.json$/, "")}`;

/** What is wrong with the files, each with its mend. */
export function dashboardProblems(dashboards: Record<string, unknown>): (string | false)[] {
  const files = Object.entries(dashboards);
  return [
    files.length === 0 && "dashboards names no file; give at least one, or leave the component out.",
    ...files.flatMap(([file, json]) => [
      !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.json$/.test(file) &&
        `dashboards."${file}" is no file name; use lower-case letters, digits, - and ., and end it in .json, as in links-service.json.`,
      typeof json === "string" && tooLarge(file, json),
      typeof json === "string" && notADashboard(file, json),
    ]),
  ];
}

export function tooLarge(file: string, json: string): string | false {
  const bytes = Buffer.byteLength(json);
  return bytes > largest && `dashboards."${file}" has ${bytes} bytes and a ConfigMap holds ${largest}; split it into several dashboards.`;
}

function notADashboard(file: string, json: string): string | false {
  const mend = "give the JSON of a dashboard, with a uid and a title.";
  try {
    const { uid, title } = JSON.parse(json) as { uid?: unknown; title?: unknown };
    return !(uid && title) && `dashboards."${file}" has no uid or no title; ${mend}`;
  } catch {
    return `dashboards."${file}" is no JSON; ${mend}`;
  }
}
