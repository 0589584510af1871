import { afterAll, beforeAll, expect, it } from "vitest";
import { type LocalPostgres, localPostgres } from "../local/postgres.ts";
import { migratedDatabase, type TestService, testConfig, testService } from "../local/service.ts";
import { accept } from "./acceptance.ts";

let postgres: LocalPostgres;
let service: TestService;

beforeAll(async () => {
  postgres = await localPostgres();
  service = await testService(testConfig(await migratedDatabase(postgres)));
});
afterAll(async () => {
  await service?.stop();
  await postgres?.remove();
});

it("accepts the service, also by another address than its name's", async () => {
  const outcomes = await accept({ origin: "http://links.test", resolve: `127.0.0.1:${service.port}` });
  expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
  expect(outcomes.length).toBe(9);
});

it("does not accept something else", async () => {
  const outcomes = await accept({ origin: service.internal });
  expect(outcomes.filter(({ error }) => error === undefined)).toEqual([]);
});
