import fc from "fast-check";
import { expect, test } from "vitest";
import { testNodes } from "../../surroundings.fixture.ts";
import {
  type Entry,
  entryOf,
  epochIn,
  isAt,
  isOurs,
  markOf,
  type Member,
  takesConnections,
} from "./member.ts";
import { planned, readingOf } from "./plan.ts";

const owner = { group: "main", nodes: testNodes, subnet: undefined, monitorPort: undefined };
const at = (host: number) => ({ address: `10.9.0.${host}`, port: 6379 });

const member = (more: Partial<Member> = {}): Member => ({
  name: "one",
  address: "10.9.0.1",
  protocol_port: 6379,
  weight: 1,
  admin_state_up: true,
  backup: false,
  subnet_id: null,
  monitor_address: null,
  monitor_port: null,
  tags: [],
  provisioning_status: "ACTIVE",
  ...more,
});
/** What Octavia makes of a batch. */
const afterwards = (batch: readonly Entry[]): readonly Member[] =>
  batch.map((entry) => ({ ...member({ name: "" }), ...entry, tags: [...entry.tags] }));

test("a mark is of one group only, and of whole digits", () => {
  expect(epochIn("main", markOf("main", 7))).toBe(7);
  expect(epochIn("a", markOf("a-epoch-5", 7))).toBeUndefined();
  for (const text of ["baton-main-epoch-", "baton-main-epoch-1e3", "baton-main-epoch--1", "main"]) {
    expect(epochIn("main", text), text).toBeUndefined();
  }
});

test("reads one place, none, or nobody", () => {
  const led = member({ tags: ["x", markOf("main", 7)] });
  const down = member({ address: "10.9.0.2", admin_state_up: false });
  expect(readingOf([], owner)).toBeUndefined();
  expect(readingOf([led, down], owner)).toMatchObject({ endpoint: at(1), epoch: 7 });
  expect(readingOf([down], owner)).toMatchObject({ endpoint: { port: 0 }, epoch: undefined });
  const both = readingOf([led, member({ address: "10.9.0.2" })], owner);
  expect(both).toMatchObject({ endpoint: { port: 0 }, epoch: 7 });
  expect(both?.raw).toBe("10.9.0.1:6379, 10.9.0.2:6379, epoch 7");
  const broken = readingOf([{ ...led, provisioning_status: "ERROR" }], owner);
  expect(broken).toMatchObject({ endpoint: { port: 0 } });
  expect(broken?.raw).toContain("ERROR");
});

test("a replica that is a backup member steps down; a backup of somebody else's stays", () => {
  const replica = member({ address: "10.9.0.2", backup: true });
  const sorry = member({ address: "10.9.9.9", backup: true });
  const batch = planned([member(), replica, sorry], { endpoint: at(1), epoch: 3 }, owner) ?? [];
  expect(batch.map(({ admin_state_up }) => admin_state_up)).toEqual([true, false, true]);
  expect(batch[2]).toEqual(entryOf(sorry));
});

test("a drained or broken primary takes connections again", () => {
  const tags = [markOf("main", 3)];
  const place = { endpoint: at(1), epoch: 3 };
  const drained = planned([member({ weight: 0, backup: true, tags })], place, owner);
  expect(drained).toMatchObject([{ weight: 1, backup: false, admin_state_up: true }]);
  const broken = member({ provisioning_status: "ERROR", tags });
  expect(planned([broken], place, owner)).toEqual([entryOf(broken)]);
  expect(planned([member({ tags })], place, owner)).toBeUndefined();
});

test("the name that OVHcloud's own API left as a mark becomes a name again", () => {
  const named = member({ name: markOf("main", 3) });
  const batch = planned([named], { endpoint: at(2), epoch: 4 }, owner) ?? [];
  expect(batch[0]).toMatchObject({ name: "main-h1", admin_state_up: false, tags: [] });
  expect(batch[1]).toMatchObject({ name: "main-h2", tags: [markOf("main", 4)] });
});

test("a node that left the cluster file steps down by its mark", () => {
  const gone = member({ address: "10.9.0.77", tags: [markOf("main", 3)] });
  const batch = planned([gone], { endpoint: at(1), epoch: 4 }, owner) ?? [];
  expect(batch[0]).toMatchObject({ address: "10.9.0.77", admin_state_up: false, tags: [] });
});

test("settings of the file come before those of a member that is there", () => {
  const own = { ...owner, subnet: "mine", monitorPort: 1 };
  const there = member({ subnet_id: "theirs", monitor_port: 2 });
  const place = { endpoint: at(2), epoch: 4 };
  expect(planned([there], place, own)?.[1]).toMatchObject({ subnet_id: "mine", monitor_port: 1 });
  expect(planned([there], place, owner)?.[1]).toMatchObject({ subnet_id: "theirs", monitor_port: 2 });
  expect(planned([], place, owner)?.[0]).not.toHaveProperty("subnet_id");
});

const anyMember = fc
  .record({
    host: fc.integer({ min: 1, max: 5 }),
    port: fc.constantFrom(6379, 6380),
    weight: fc.integer({ min: 0, max: 256 }),
    admin_state_up: fc.boolean(),
    backup: fc.boolean(),
    monitor_port: fc.option(fc.integer({ min: 1, max: 65_535 })),
    tags: fc.uniqueArray(fc.constantFrom("a", "b", markOf("main", 3), markOf("main", 5), "baton-x")),
    provisioning_status: fc.constantFrom("ACTIVE", "ERROR"),
  })
  .map(({ host, port, ...rest }) =>
    member({ address: `10.9.0.${host}`, protocol_port: port, name: `m${host}`, ...rest }),
  );
const anyPool = fc.uniqueArray(anyMember, {
  selector: ({ address, protocol_port }) => `${address}:${protocol_port}`,
  maxLength: 8,
});

test("whatever is in a pool: after one batch the primary takes connections, and no other node", () => {
  fc.assert(
    fc.property(anyPool, fc.integer({ min: 1, max: 3 }), (members, host) => {
      const place = { endpoint: at(host), epoch: 9 };
      const batch = planned(members, place, owner);
      const after = batch === undefined ? members : afterwards(batch);
      const ours = after.filter((one) => isOurs(one, owner) && takesConnections(one, owner));
      expect(ours).toHaveLength(1);
      expect(ours.filter((one) => isAt(one, place.endpoint))).toHaveLength(1);
      expect(after.length).toBeGreaterThanOrEqual(members.length);
      for (const one of members) {
        expect(after.map((other) => `${other.address}:${other.protocol_port}`)).toContain(
          `${one.address}:${one.protocol_port}`,
        );
      }
      expect(planned(after, place, owner)).toBeUndefined();
    }),
  );
});
