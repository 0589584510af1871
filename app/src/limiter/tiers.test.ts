import { describe, expect, it } from "vitest";
import { parseTiers } from "./tiers.ts";

describe("tiers", () => {
  it("takes several limits for a tier and names each", () => {
    const [create] = parseTiers(["create=30/60+500/86400", "read=1/1", "redirect=1/1"]);
    expect(create!.limits).toEqual([
      { name: "create", quota: 30, windowSeconds: 60 },
      { name: "create-86400s", quota: 500, windowSeconds: 86_400 },
    ]);
  });

  it.each([
    [["create=30", "read=1/1", "redirect=1/1"], 'holds "create=30"; give tier=quota/windowSeconds'],
    [["create=0/60", "read=1/1", "redirect=1/1"], "the quota 0; give 1 to 1000000"],
    [["create=1/0", "read=1/1", "redirect=1/1"], "the window 0 s"],
    [["create=1/1", "read=1/1"], 'the tier "redirect" not at all'],
    [["create=1/1", "create=2/1", "read=1/1", "redirect=1/1"], 'the tier "create" 2 times'],
  ])("refuses %j", (texts, message) => {
    expect(() => parseTiers(texts)).toThrow(message);
  });
});
