// The promises of a shared target, kept by the one for etcd with the real server; rights, values of others.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sharedConformance } from "../../packages/baton/src/targets/conformance-shared.fixture.ts";
import { openHttpDoor } from "../../packages/baton/src/targets/fakes/door.fixture.ts";
import { etcd } from "../../packages/baton/src/targets/kinds/etcd.ts";
import { TEST_SECRET, testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import type { EtcdServer } from "./support/etcd.ts";
import { inBase64, isChange, openEtcdPlace, put, textAt } from "./support/etcd-place.ts";
import {
  basesOf,
  change,
  EtcdStage,
  KEY,
  prepareUser,
  sentences,
  USER,
  VALUE,
  within,
} from "./support/etcd-target.ts";

const stage = new EtcdStage();
afterAll(() => stage.close());

let shared: EtcdServer;
beforeAll(async () => {
  shared = await stage.start();
  await shared.enableAuthentication();
  await prepareUser(shared);
});

sharedConformance(etcd, { hasCredentials: true }, () => openEtcdPlace(shared));

describe("a user with the least rights", () => {
  test("reads and writes the key, and the proof names its role and changes nothing", async () => {
    const target = await stage.open({ endpoints: basesOf(shared), ...USER });
    await target.write(change, within());
    expect(await textAt(shared, KEY)).toBe(VALUE);
    const before = await shared.ask("/v3/kv/range", { key: "AA==" });
    expect(await sentences(target)).toEqual([
      expect.stringMatching(/^right: 127.0.0.1:\d+ is healthy$/),
      `right: ${KEY} holds ${VALUE}`,
      `right: user baton may read and write ${KEY} by role baton-redis`,
    ]);
    const after = await shared.ask("/v3/kv/range", { key: "AA==" });
    const revisionOf = (found: unknown) => (found as { header: { revision: string } }).header.revision;
    expect(revisionOf(after)).toBe(revisionOf(before));
  });

  test("that may only read is found before it is needed, and the write says so", async () => {
    await shared.etcdctl("role", "add", "reader");
    await shared.etcdctl("role", "grant-permission", "reader", "read", "/services/", "/services0");
    await shared.etcdctl("user", "add", `reading:${TEST_SECRET}`);
    await shared.etcdctl("user", "grant-role", "reading", "reader");
    const target = await stage.open({ endpoints: basesOf(shared), ...USER, user: "reading" });
    expect(await sentences(target)).toContain(
      `problem: user reading may not write ${KEY}: it has only the roles reader; ` +
        `etcdctl role grant-permission ROLE readwrite ${KEY}`,
    );
    const newer = { ...change, epoch: 8 };
    await expect(target.write(newer, within())).rejects.toThrow(/403.*permission denied/);
    expect(await textAt(shared, KEY)).toBe(VALUE);
  });

  test("with a wrong password is told so in a line without it", async () => {
    const surroundings = testSurroundings({ readSecret: () => Promise.resolve("wr0ng-passw0rd") });
    const target = await stage.open({ endpoints: basesOf(shared), ...USER }, surroundings);
    const said = "etcd: the login of user baton is refused: user or password is wrong";
    await expect(target.read?.(within())).rejects.toThrow(said);
    const proofs = await sentences(target);
    expect(proofs).toContain(`problem: ${KEY}: ${said}`);
    expect(proofs.join()).not.toContain("wr0ng-passw0rd");
  });

  test("without a login is refused by an etcd that wants one", async () => {
    const target = await stage.open({ endpoints: basesOf(shared) });
    await expect(target.read?.(within())).rejects.toThrow(/user name is empty/);
  });
});

describe("a value that is not Baton's", () => {
  test.each([
    ["text", "10.9.0.1:6379", /holds something else than/],
    ["another object", '{"host":"10.9.0.1"}', /holds something else than/],
    ["nothing", "", /holds something else than/],
    ["another group's", VALUE.replace("main", "cart"), /holds the primary of group cart/],
  ])("is left alone: %s", async (_what, text, pattern) => {
    await put(shared, KEY, text);
    const target = await stage.open({ endpoints: basesOf(shared), ...USER });
    await expect(target.read?.(within())).rejects.toThrow(pattern);
    await expect(target.write({ ...change, epoch: 99 }, within())).rejects.toThrow(pattern);
    expect(await sentences(target)).toContainEqual(
      expect.stringMatching(/^problem: .*choose another key/),
    );
    expect(await textAt(shared, KEY)).toBe(text);
  });

  test("but one without an epoch is Baton's, and gets one", async () => {
    await put(shared, KEY, '{"address":"10.9.0.2","port":6379}');
    const target = await stage.open({ endpoints: basesOf(shared), ...USER });
    expect(await target.read?.(within())).toMatchObject({ epoch: -1 });
    await target.write(change, within());
    expect(await textAt(shared, KEY)).toBe(VALUE);
  });
});

test("a write refuses a newer epoch by itself, and is none where it is right", async () => {
  const door = await openHttpDoor({
    upstream: basesOf(shared)[0] ?? "",
    isWrite: isChange,
    settingsOf: (base) => ({ endpoints: [base], ...USER }),
  });
  try {
    const target = await stage.open(door.settings);
    await put(shared, KEY, VALUE);
    await target.write(change, within());
    const older = { ...change, epoch: 6 };
    await expect(target.write(older, within())).rejects.toThrow(
      "holds epoch 7 (10.9.0.2:6379), and 6 is older",
    );
    expect(door.writes()).toBe(0);
  } finally {
    await door.close();
  }
});

test("a lost answer is made up by the next endpoint, without a second change", async () => {
  const settingsOf = (base: string) => ({ base });
  const upstream = basesOf(shared)[0] ?? "";
  const door = await openHttpDoor({ upstream, isWrite: isChange, settingsOf });
  const second = await openHttpDoor({ upstream, isWrite: isChange, settingsOf });
  const found = async () => {
    const { kvs } = (await shared.ask("/v3/kv/range", { key: inBase64(KEY) })) as {
      readonly kvs: readonly { readonly version: string }[];
    };
    return Number(kvs[0]?.version);
  };
  try {
    await put(shared, KEY, VALUE);
    const before = await found();
    const endpoints = [door.settings["base"], second.settings["base"]];
    const target = await stage.open({ endpoints, ...USER });
    door.trouble({ kind: "reset-after", to: "writes" });
    await target.write({ ...change, epoch: 8 }, within());
    expect(await target.read?.(within())).toMatchObject({ epoch: 8 });
    expect([door.writes(), second.writes()]).toEqual([1, 1]);
    expect(await found()).toBe(before + 1);
  } finally {
    await door.close();
    await second.close();
  }
});

test("settings refuse a password in the clear, and half of a certificate", () => {
  const parse = (more: object) => etcd.settings.safeParse({ key: KEY, ...more });
  const endpoints = ["http://10.0.0.5:2379"];
  expect(parse({ endpoints }).success).toBe(true);
  expect(parse({ endpoints, user: "baton" }).error?.issues).toMatchObject([{ path: ["endpoints"] }]);
  expect(parse({ endpoints: ["http://127.0.0.1:2379/"], user: "baton" }).data?.endpoints).toEqual([
    "http://127.0.0.1:2379",
  ]);
  for (const one of ["10.0.0.5:2379", "ftp://10.0.0.5", "http://me:word@10.0.0.5", "https://x/?a=b"]) {
    expect(parse({ endpoints: [one], user: "baton" }).success, one).toBe(false);
  }
  expect(parse({ endpoints, tls: { certificate: "/etc/a.pem" } }).success).toBe(false);
  expect(parse({ endpoints, tls: { authority: "a.pem" } }).success).toBe(false);
  expect(parse({ endpoints: [] }).success).toBe(false);
  expect(parse({ endpoints, key: "with a space" }).success).toBe(false);
});
