import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { yamlText } from "./yaml-text.ts";

const strange = fc.constantFrom(
  "",
  " ",
  "no",
  "Null",
  "1",
  "1e3",
  "0x1f",
  "012",
  "1:30",
  "2026-11-21",
  "a: b",
  "a #b",
  "- a",
  "[a]",
  "a:",
  "&a",
  "*",
  "key:",
  "|",
  "\t",
  "\\",
);
const line = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: "binary", maxLength: 6 }), strange);
const text = fc.oneof(
  line,
  fc.array(line, { minLength: 2, maxLength: 5 }).map((lines) => lines.join("\n")),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null), tie("list"), tie("map")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  map: fc.dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true }),
}));
/** JSON has no -0. */
const plain = (given: unknown) => JSON.parse(JSON.stringify(given));

test.each(["1.2", "1.1"] as const)("whatever is printed is read as it was, by YAML %s too", (version) => {
  fc.assert(
    fc.property(value, (given) => {
      expect(parse(yamlText(given), { version, merge: false })).toEqual(plain(given));
    }),
    { numRuns: 1500 },
  );
});

test("it reads as manifests do", () => {
  const manifest = {
    metadata: { name: "links", labels: { version: "1" }, annotations: {} },
    spec: { ports: [{ name: "http", port: 80 }, { port: 81 }], args: ["-c", "a\n\nb\n"], on: "yes", empty: [], image: "docker.io/library/redis:8.8" },
  };
  expect(yamlText(manifest)).toBe(`metadata:
  name: links
  labels:
    version: "1"
  annotations: {}
spec:
  ports:
    - name: http
      port: 80
    - port: 81
  args:
    - "-c"
    - |
      a

      b
  "on": "yes"
  empty: []
  image: docker.io/library/redis:8.8
`);
});
