// Promises of the opening of clients: one after the other, all or none.
import { expect, test } from "vitest";
import { BatonError } from "../errors.ts";
import { systemClock } from "../sys/clock.ts";
import { type ClientsInput, openClients } from "./clients.ts";
import type { WorkloadClient } from "./workload/client.ts";
import type { ClientKind, OpenInput } from "./workload/kind.ts";
import { router } from "./workload/kinds/router.ts";

const place = { address: "127.0.1.1", port: 6379 };

function stageOf(routers: readonly object[] = [{ ...place, group: "main" }]) {
  const openedMs = new Map<string, number>();
  const keys: string[] = [];
  const closed: string[] = [];
  const kindOf = (id: string, isAble = true): ClientKind => ({
    ...router,
    id,
    open({ id: client, key }: OpenInput) {
      openedMs.set(client, systemClock.monotonicMs());
      keys.push(key);
      if (!isAble) return Promise.reject(new BatonError("UNABLE", `${client} is not able`));
      const close = () => void closed.push(client);
      return Promise.resolve({ id: client, kind: id, close } as unknown as WorkloadClient);
    },
  });
  const open = (kinds: readonly ClientKind[], more: Partial<ClientsInput> = {}) =>
    openClients({
      lab: { name: "lab", layout: { routers } },
      group: { name: "main" },
      primary: place,
      kinds,
      clientsOfEachKind: 1,
      keyOf: (client: string) => `key:${client}`,
      staggerMs: 40,
      clock: systemClock,
      signal: new AbortController().signal,
      ...more,
    } as unknown as ClientsInput);
  return { open, kindOf, openedMs, keys, closed };
}

test("opens one client after the other, each with a list of its own", async () => {
  const { open, kindOf, openedMs, keys } = stageOf();
  const clients = await open([kindOf("a"), { ...kindOf("long-name"), shortName: "b" }], {
    clientsOfEachKind: 2,
  });
  expect(clients.map(({ id }) => id)).toEqual(["a-1", "a-2", "b-1", "b-2"]);
  expect(keys).toEqual(["key:a-1", "key:a-2", "key:b-1", "key:b-2"]);
  const times = [...openedMs.values()];
  expect(times).toEqual([...times].sort((x, y) => x - y));
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(100);
});

test("when one is not able, those that are open are closed, and no other is begun", async () => {
  const { open, kindOf, openedMs, closed } = stageOf();
  const opening = open([kindOf("a"), kindOf("b", false), kindOf("c")]);
  await expect(opening).rejects.toThrow("b-1 is not able");
  expect(closed).toEqual(["a-1"]);
  expect([...openedMs.keys()]).toEqual(["a-1", "b-1"]);
});

test("an interrupted drill opens nobody any more", async () => {
  const { open, kindOf, openedMs } = stageOf();
  await expect(open([kindOf("a")], { signal: AbortSignal.abort() })).rejects.toThrow();
  expect(openedMs.size).toBe(0);
});

test("refuses a cluster without a router of the group, because it is what a drill measures", async () => {
  const { open, kindOf } = stageOf([{ ...place, group: "other" }]);
  await expect(open([kindOf("a")])).rejects.toThrow("lab: no host runs a router for main");
});
