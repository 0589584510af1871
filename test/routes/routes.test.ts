import { describe, expect, test } from "vitest";
import { operatorConfig } from "../../infra/components/alert-routes/operator-config.ts";
import { plainConfig } from "../../infra/components/alert-routes/plain-config.ts";
import { routing } from "../../infra/components/alert-routes/routing.ts";
import { amtoolMissing, checkConfig, receiversOf } from "./amtool.ts";
import { generated, shortName } from "./generated.ts";
import { everything } from "./subject.ts";
import { table } from "./table.ts";

const plain = plainConfig(routing(everything), "shop", "links-routes");
const operator = generated(operatorConfig(routing(everything), "links-routes-secrets"), "shop", "links-routes");

describe.skipIf(amtoolMissing)("amtool", () => {
  test("takes the plain config", () => expect(checkConfig(plain)).toBe(""));

  test("takes what the operator makes", () => expect(checkConfig(operator)).toBe(""));

  test("refuses a config with a mistake", () => expect(checkConfig({ ...plain, receivers: plain.receivers.slice(1) })).toContain("undefined receiver"));

  describe.each([
    ["plain config", plain],
    ["AlertmanagerConfig", operator],
  ])("%s", (_, config) => {
    const labels = table.map((row) => row.labels);
    const found = amtoolMissing ? [] : receiversOf(config, labels);
    test.each(table.map((row, index) => [row.what, row.receivers, index] as const))("%s goes to %s", (_what, receivers, index) => {
      expect(found[index]!.map(shortName)).toEqual(receivers);
    });
  });
});

describe("quiet hours", () => {
  const quietOf = (routes: { receiver: string; matchers: string[]; mute_time_intervals?: string[] }[]) =>
    routes.filter((route) => route.mute_time_intervals).map((route) => [shortName(route.receiver), route.matchers[0]]);
  const tickets = [
    ["mail", 'severity="warning"'],
    ["channel", 'severity="warning"'],
    ["mail", 'severity="warning"'],
  ];

  test("hold back every ticket and nothing else", () => {
    expect(quietOf(plain.route.routes[0]!.routes)).toEqual(tickets);
    expect(quietOf(operator.route.routes[0]!.routes)).toEqual(tickets);
  });

  test("are in people's time where Alertmanager can have it so", () => {
    expect(plain.time_intervals).toEqual([
      {
        name: "quiet-hours",
        time_intervals: [
          {
            times: [
              { start_time: "18:00", end_time: "24:00" },
              { start_time: "00:00", end_time: "08:00" },
            ],
            location: "Europe/Berlin",
          },
          { weekdays: ["saturday", "sunday"], location: "Europe/Berlin" },
        ],
      },
    ]);
  });
});

test("no secret stands in either", () => {
  for (const text of [JSON.stringify(plain), JSON.stringify(operatorConfig(routing(everything), "own"))]) {
    expect(text).not.toMatch(/0123456789abcdef|hooks\.slack|token=secret/);
  }
});
