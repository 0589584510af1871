import { expect, test } from "vitest";
import { toldOf } from "../e2e/live/told.ts";
import type { Received } from "../e2e/receivers/receivers.ts";

const at = "2026-03-02T03:04:05Z";
const slack = (title: string, text = ""): Received => ({ kind: "slack", at, body: { attachments: [{ title, text }] } });
const labels = { alertname: "RedisDown", service: "links-quick", severity: "warning", redis: "state" };

test.each([
  ["fires", slack("Ticket RedisDown: links-quick in shop (2 firing)", "redis state"), ["slack"]],
  ["is over", slack("RESOLVED RedisDown: links-quick in shop", "redis state"), []],
  ["is another's", slack("Ticket RedisDown: links in shop", "redis state"), []],
  ["is a page", slack("PAGE RedisDown: links-quick in shop", "redis state"), []],
  ["is of the cache", slack("Ticket RedisDown: links-quick in shop", "redis cache"), []],
  ["is any server's", { kind: "webhook" as const, at, body: { status: "firing", commonLabels: labels } }, ["webhook"]],
])("a message that %s", (_, message, kinds) => expect(toldOf([message], labels)).toEqual(kinds));
