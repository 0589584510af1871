import { cases } from "./case.ts";

/** It can't be silent; what it proves is that it needs no series at all. */
export const watchdogCases = cases("Watchdog", [{ situation: "nothing is scraped", fires: true, series: {} }]);
