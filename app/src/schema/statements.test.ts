import { describe, expect, it } from "vitest";
import { splitStatements } from "./statements.ts";

const texts = (sql: string) => splitStatements(sql).map(({ text }) => text);

describe("statements of a file", () => {
  it("end at semicolons and know their lines", () => {
    expect(splitStatements("-- first\nSELECT 1;\n\n/* two; */ SELECT\n 2 ; ;\nSELECT 3")).toEqual([
      { text: "SELECT 1", line: 2 },
      { text: "SELECT\n 2", line: 4 },
      { text: "SELECT 3", line: 6 },
    ]);
  });

  it.each([
    ["a string", "SELECT 'a;b''c;'"],
    ["an escape string", "SELECT E'it\\'s; fine'"],
    ["a quoted name", 'SELECT 1 AS "a;b"'],
    ["a dollar quote", "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$"],
    ["a dollar quote in another", "DO $outer$ BEGIN EXECUTE $$SELECT ';'$$; END; $outer$"],
    ["a comment within", "SELECT 1 -- not; yet\n + 2"],
    ["nested comments", "SELECT /* a /* b; */ c; */ 1"],
    ["a quote in a comment", "SELECT 1 -- don't\n + 2"],
    ["a comment in a string", "SELECT '--' || '/*;'"],
    ["a name with a dollar", "SELECT a$b, c$b; ".trim().slice(0, -1)],
  ])("don't end in %s", (_, statement) => {
    expect(texts(`${statement};\nSELECT 'next'`)).toEqual([statement, "SELECT 'next'"]);
  });

  it("are none in a file of comments", () => {
    expect(texts("-- nothing;\n/* here; */\n;")).toEqual([]);
  });
});
