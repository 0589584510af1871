import { expect, test } from "vitest";
import { indexesByStream } from "./early-indexes.ts";

/** As pg_restore 15 prints it. */
const listing = `;
; Archive created at 2026-11-21 19:02:06 UTC
;     dbname: links
;
; Selected TOC Entries:
;
3405; 0 0 ENCODING - ENCODING 
5; 2615 2200 SCHEMA - public links_owner
222; 1259 16451 TABLE public a links_owner
;	depends on: 5
220; 1259 16438 TABLE public a "b  c links_owner
;	depends on: 5
216; 1259 16398 TABLE public hits links_owner
;	depends on: 5
214; 1259 16388 TABLE public links links_owner
;	depends on: 5
217; 1259 16419 TABLE public part links_owner
;	depends on: 5
218; 1259 16424 TABLE public part_1 links_owner
;	depends on: 217 5
219; 1259 16431 MATERIALIZED VIEW public totals links_owner
;	depends on: 216 5
3230; 0 0 TABLE ATTACH public part_1 links_owner
;	depends on: 218 217
3251; 2606 16442 CONSTRAINT public a "b  c a "b  c_pkey links_owner
;	depends on: 220
3240; 2606 16406 CONSTRAINT public hits hits_pkey links_owner
;	depends on: 216
3236; 2606 16394 CONSTRAINT public links links_pkey links_owner
;	depends on: 214
3245; 2606 16423 CONSTRAINT public part part_pkey links_owner
;	depends on: 217
3248; 2606 16428 CONSTRAINT public part_1 part_1_pkey links_owner
;	depends on: 218 218 3245
3238; 1259 16415 INDEX public hits_low links_owner
;	depends on: 223 216 216
3249; 1259 16437 INDEX public totals_slug links_owner
;	depends on: 219
3253; 0 0 INDEX ATTACH public part_1_pkey links_owner
;	depends on: 3248 218 3245 3245 218 217
3256; 2620 16418 TRIGGER public hits t links_owner
;	depends on: 223 216
3255; 2606 16409 FK CONSTRAINT public hits hits_slug_fkey links_owner
;	depends on: 216 214 3236
`;

const found = (...streams: [name: string, tables?: string[]][]) => {
  const given = streams.map(([name, tables]) => ({ name, tables, bytes: 1, archive: async function* () {} }));
  // The last word but one is the index's name.
  return Object.fromEntries([...indexesByStream(listing, given)].map(([name, lines]) => [name, lines.map((line) => line.split(" ").at(-2))]));
};

test("indexes and keys go with the stream of their table; what needs another table, an index or a view's rows waits", () => {
  expect(found(["data-001", ["public.hits"]], ["data-rest"])).toEqual({
    "data-001": ["hits_pkey", "hits_low"],
    "data-rest": ["c_pkey", "links_pkey", "part_pkey"],
  });
});

test("where several streams hold nobody knows what, those tables' indexes wait", () => {
  expect(found(["data-001", ["public.hits"]], ["data-002"], ["data-rest"])).toEqual({ "data-001": ["hits_pkey", "hits_low"] });
});

test("a name that may be that of two tables, or that two streams hold, is nobody's", () => {
  expect(found(["data-001", ["public.a"]], ["data-rest"])).toEqual({ "data-rest": ["hits_pkey", "links_pkey", "part_pkey", "hits_low"] });
  expect(found(["data-001", ["public.links"]], ["data-002", ["public.links"]])).toEqual({});
  expect(found(["data-001", ['public.a "b\n c']], ["data-002", ["public.links"]])).toEqual({ "data-001": ["c_pkey"], "data-002": ["links_pkey"] });
});
