import { expect, test } from "vitest";
import { ServiceNamespace } from "./service-namespace.ts";

test("refuses a quota that is none, all of it at once", () => {
  const quota = { cpu: "four", memory: "8 GB", pods: 0 };
  expect(() => new ServiceNamespace("links", { quota })).toThrow(/quota\.cpu "four"[\s\S]*quota\.memory "8 GB"[\s\S]*quota\.pods 0/);
});
