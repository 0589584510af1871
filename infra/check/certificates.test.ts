import { expect, test } from "vitest";
import { judge } from "./certificates.ts";

const now = Date.parse("2026-03-10T00:00:00Z");
const certificate = (status: object) => ({ metadata: { name: "links-public", namespace: "links-prod" }, status });
const ready = { conditions: [{ type: "Ready", status: "True" }] };

test.each([
  ["ready, renewal ahead", { ...ready, notAfter: "2026-05-10T00:00:00Z", renewalTime: "2026-04-10T00:00:00Z" }, "good", /61 days left/],
  ["short by intention", { ...ready, notAfter: "2026-03-12T00:00:00Z", renewalTime: "2026-03-11T00:00:00Z" }, "good", /2 days left/],
  ["renewal overdue", { ...ready, notAfter: "2026-03-30T00:00:00Z", renewalTime: "2026-03-01T00:00:00Z" }, "warning", /should have been renewed at 2026-03-01/],
  [
    "renewal overdue and near the end",
    { ...ready, notAfter: "2026-03-13T00:00:00Z", renewalTime: "2026-02-13T00:00:00Z" },
    "bad",
    /3 days left, and was not renewed/,
  ],
  ["ended", { ...ready, notAfter: "2026-03-09T00:00:00Z" }, "bad", /ended on 2026-03-09/],
  ["never issued", { conditions: [{ type: "Ready", status: "False", message: "the order failed" }] }, "bad", /not ready: the order failed/],
  ["unseen by cert-manager", undefined, "bad", /has not looked at it/],
])("%s", (_, status, expected, says) => {
  expect(judge(status === undefined ? { metadata: certificate({}).metadata } : certificate(status), now)).toMatchObject({
    status: expected,
    says: expect.stringMatching(says),
  });
});
