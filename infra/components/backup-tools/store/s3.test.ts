import { afterEach, beforeEach, expect, test } from "vitest";
import { refuseRequest, type StoreWorkbench, startStore } from "./workbench.ts";

let bench: StoreWorkbench;
beforeEach(async () => {
  bench = await startStore();
});
afterEach(() => bench.close());

async function keysOf(prefix: string, pageSize?: number): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of bench.store({ pageSize }).list(prefix)) keys.push(key);
  return keys;
}

test("what was put comes back, and is listed with its length", async () => {
  const store = bench.store();
  await store.put("p/a b&c", Buffer.from("content"));
  expect((await store.get("p/a b&c")).toString()).toBe("content");
  for await (const object of store.list("p/")) expect(object).toEqual({ key: "p/a b&c", bytes: 7, modified: new Date("2026-11-21T03:17:00Z") });
  expect(await store.digest("p/a b&c")).toEqual({ bytes: 7, sha256: "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73" });
  await store.delete(["p/a b&c", "p/never there"]);
  expect(await keysOf("p/")).toEqual([]);
});

test("a listing in pages of one finds everything, once", async () => {
  for (const name of ["c", "a", "b"]) bench.objects.set(`p/${name}`, Buffer.from(name));
  bench.objects.set("q/other", Buffer.from(""));
  expect(await keysOf("p/", 1)).toEqual(["p/a", "p/b", "p/c"]);
});

test("a listing that was cut off is no listing", async () => {
  bench.fault = (_, response) => Boolean(response.end("<ListBucketResult><Contents><Key>p/a</Key></Contents>"));
  await expect(async () => {
    for await (const _ of bench.store({ deadlineSeconds: 1 }).list("p/"));
  }).rejects.toThrow(/can't list p\/ in bucket bucket at http:\/\/127.*IncompleteBody/);
});

test("a store that is busy, or cuts the connection, is asked again", async () => {
  let left = 4;
  bench.fault = (request, response) => {
    left -= 1;
    if (left === 3) return refuseRequest(response, 503, "SlowDown");
    if (left === 2) return Boolean(request.socket.destroy());
    if (left === 1) return refuseRequest(response, 500, "InternalError");
    return false;
  };
  await bench.store().put("k", Buffer.from("content"));
  expect(bench.requests).toEqual(["PUT k", "PUT k", "PUT k", "PUT k"]);
});

test.each([
  [403, "AccessDenied", /403 AccessDenied \(said the store\); give the identity this right/],
  [404, "NoSuchBucket", /404 NoSuchBucket .*; make the bucket/],
  [301, "PermanentRedirect", /of another region/],
  [403, "SignatureDoesNotMatch", /secret access key is another one's/],
])("a refusal of %s %s is final, and says what to do", async (status, code, message) => {
  bench.fault = (_, response) => refuseRequest(response, status, code);
  const failure = await bench
    .store()
    .put("p/k", Buffer.from("x"))
    .catch((error: Error) => error.message);
  expect(failure).toMatch(message);
  expect(failure).toMatch(/^can't put p\/k in bucket bucket at http/);
  expect(failure).not.toContain("s3cret");
  expect(bench.requests).toHaveLength(1);
});

test("a store that is away for good is named with its network's mend", async () => {
  const store = bench.store({ deadlineSeconds: 1 });
  await bench.close();
  await expect(store.get("k")).rejects.toThrow(/ECONNREFUSED.*whether the store is up.*network policy/);
});

test.each([
  [507, "InsufficientStorage"],
  [507, "XMinioStorageFull"],
  [500, "InternalError"],
])("a store that stays full (%s %s) is named with its mend", async (status, code) => {
  bench.fault = (_, response) => refuseRequest(response, status, code);
  const failure = bench.store({ deadlineSeconds: 1 }).put("k", Buffer.from("x"));
  await expect(failure).rejects.toThrow(status === 507 ? /the store is full; raise its size/ : /look at the store's log and its free space/);
});

test("a store that takes a request and never answers runs into the time of a try", async () => {
  bench.fault = () => true;
  await expect(bench.store({ deadlineSeconds: 2, attemptSeconds: 1 }).get("k")).rejects.toThrow(/TimedOut \(no whole answer in time\)/);
});

test("content that ends before its announced length is not taken for whole", async () => {
  bench.fault = (_, response) => {
    response.writeHead(200, { "content-length": "100" }).write("half");
    setTimeout(() => response.destroy(), 20);
    return true;
  };
  await expect(bench.store({ deadlineSeconds: 1 }).get("k")).rejects.toThrow(/can't get k/);
  await expect(bench.store({ deadlineSeconds: 1 }).digest("k")).rejects.toThrow(/can't read back k/);
});

test("a clock that is an hour off is corrected by the store's own", async () => {
  const dates: string[] = [];
  bench.fault = (request, response) => {
    dates.push(String(request.headers["x-amz-date"]));
    return dates.length === 1 && refuseRequest(response, 403, "RequestTimeTooSkewed", { date: new Date(Date.now() + 3_600_000).toUTCString() });
  };
  await bench.store().put("k", Buffer.from("x"));
  const [first, second] = dates.map((date) => Date.parse(date.replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z")));
  expect(second! - first!).toBeGreaterThan(3_590_000);
});

test("an object that is there is not replaced when that is asked; a lost answer to the own put is no failure", async () => {
  const store = bench.store();
  await store.put("k", Buffer.from("first"));
  await expect(store.put("k", Buffer.from("second"), { onlyIfAbsent: true })).rejects.toThrow(/412 PreconditionFailed.*nothing was replaced/);
  expect(bench.objects.get("k")!.toString()).toBe("first");

  let lost = false;
  bench.fault = (request, _, key) => {
    if (lost || key !== "own") return false;
    lost = true;
    bench.objects.set("own", Buffer.from("mine"));
    return Boolean(request.socket.destroy());
  };
  await store.put("own", Buffer.from("mine"), { onlyIfAbsent: true });
  expect(bench.requests.filter((request) => request === "PUT own")).toHaveLength(2);
});
