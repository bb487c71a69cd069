// What is special to etcd, with real servers: logins that lapse, several members, TLS.
import { generateKeyPairSync } from "node:crypto";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCertificates } from "../../packages/baton/src/lab/certificates.ts";
import { closeServer, listenOn } from "../../packages/baton/src/sys/sockets.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { openHttpDoor } from "../../packages/baton/src/targets/fakes/door.fixture.ts";
import type { EtcdServer } from "./support/etcd.ts";
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

test("authentication switched on later, and logins that a restart has lost, stop nothing", async () => {
  const server = await stage.start();
  const [member] = server.members;
  const target = await stage.open({ endpoints: basesOf(server), ...USER });
  await target.write(change, within());
  expect(await sentences(target)).toContainEqual(
    expect.stringMatching(/^unknown: authentication is switched off/),
  );
  await prepareUser(server);
  await server.enableAuthentication();
  await target.write({ ...change, epoch: 8 }, within());
  expect(await target.read?.(within())).toMatchObject({ epoch: 8 });
  await member?.kill();
  await member?.start();
  const look = async () => {
    const found = await target.read?.(within(2_000));
    return found === undefined ? missing("the key") : seen(found.epoch);
  };
  expect(await waitFor("etcd again", look, { withinMs: 20_000, everyMs: 100 })).toBe(8);
  await target.write({ ...change, epoch: 9 }, within());
  expect(await target.read?.(within())).toMatchObject({ epoch: 9 });
});

test("signed tokens are renewed when they are over, and when somebody's rights were changed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "baton-etcd-jwt-"));
  try {
    const pair = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
    });
    const [open, closed] = [join(folder, "open.pem"), join(folder, "closed.pem")];
    await writeFile(open, pair.publicKey);
    await writeFile(closed, pair.privateKey, { mode: 0o600 });
    const keys = `pub-key=${open},priv-key=${closed},sign-method=RS256`;
    const server = await stage.start({ flags: [`--auth-token=jwt,${keys},ttl=3s`] });
    await prepareUser(server);
    await server.enableAuthentication();
    const door = await openHttpDoor({
      upstream: basesOf(server)[0] ?? "",
      isWrite: ({ path }) => path === "/v3/auth/authenticate",
      settingsOf: (base) => ({ endpoints: [base], ...USER }),
    });
    try {
      const target = await stage.open(door.settings);
      await target.write(change, within());
      const first = door.writes();
      await server.etcdctl("role", "add", "something-else");
      expect(await target.read?.(within())).toMatchObject({ epoch: 7 });
      const second = door.writes();
      expect(second).toBeGreaterThan(first);
      const look = async () => {
        expect(await target.read?.(within())).toMatchObject({ epoch: 7 });
        return door.writes() > second ? seen(undefined) : missing("one more login");
      };
      await waitFor("the token to end", look, { withinMs: 15_000, everyMs: 200 });
    } finally {
      await door.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a full etcd is found before it is needed", async () => {
  const server = await stage.start();
  const target = await stage.open({ endpoints: basesOf(server) });
  expect(await sentences(target)).toEqual([
    expect.stringMatching(/^right: .* is healthy$/),
    `right: ${KEY} is not there yet: the first write makes it`,
  ]);
  await server.ask("/v3/maintenance/alarm", { action: "ACTIVATE", alarm: "NOSPACE" });
  expect((await sentences(target)).join()).toMatch(/^problem: .*health/);
  await expect(target.write(change, within())).rejects.toThrow(/database space exceeded/);
});

describe("three members", () => {
  test("of which one is dead: the others are asked within the attempt", async () => {
    const server = await stage.start({ members: 3 });
    const [first, second] = server.members;
    const target = await stage.open({ endpoints: basesOf(server) });
    await target.write(change, within());
    await first?.kill();
    // The two that are left may have to elect.
    const newer = { ...change, epoch: 8 };
    const look = async () => {
      await target.write(newer, within(5_000));
      return seen(undefined);
    };
    await waitFor("a leader", look, { withinMs: 20_000, everyMs: 100 });
    expect(await target.read?.(within())).toMatchObject({ epoch: 8 });
    const fresh = await stage.open({ endpoints: basesOf(server) });
    expect(await fresh.read?.(within(5_000))).toMatchObject({ epoch: 8 });
    expect(await sentences(fresh)).toEqual([
      expect.stringMatching(/^unknown: .*ECONNREFUSED.*another endpoint is asked instead$/),
      expect.stringMatching(/^right: .* is healthy$/),
      expect.stringMatching(/^right: .* is healthy$/),
      expect.stringMatching(/^right: .*"epoch":8/),
    ]);
    // One of three is no majority: it answers nobody, and the attempt ends in time.
    await second?.kill();
    const startedMs = performance.now();
    await expect(fresh.read?.(within())).rejects.toThrow(/none of 3 endpoints answers/);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect((await sentences(fresh)).every((one) => one.startsWith("problem: "))).toBe(true);
  });

  test("of which one hangs: it gets its share of the time, and is the last from then on", async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket));
    await listenOn(silent, { address: "127.0.0.1", port: 0 });
    const { port } = silent.address() as AddressInfo;
    try {
      const server = await stage.start();
      const endpoints = [`http://127.0.0.1:${port}`, ...basesOf(server)];
      const target = await stage.open({ endpoints, timeout: "3s" });
      expect(await target.read?.(within(3_000))).toBeUndefined();
      const startedMs = performance.now();
      await target.write({ ...change, epoch: 8 }, within(3_000));
      expect(performance.now() - startedMs).toBeLessThan(1_000);
    } finally {
      for (const socket of sockets) socket.destroy();
      await closeServer(silent);
    }
  });
});

describe("over TLS", () => {
  let folder: string;
  let server: EtcdServer;
  let tls: { readonly authority: string; readonly certificate: string; readonly key: string };
  let stranger: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "baton-etcd-tls-"));
    tls = await makeCertificates(join(folder, "own"), ["127.0.0.1"]);
    stranger = (await makeCertificates(join(folder, "other"), ["127.0.0.1"])).authority;
    server = await stage.start({ tls });
  });
  afterAll(() => rm(folder, { recursive: true }));
  const shown = async () => (await server.etcdctl("get", KEY, "--print-value-only")).trim();

  test("with a certificate of its own it writes to a server that wants one", async () => {
    const target = await stage.open({ endpoints: basesOf(server), tls });
    await target.write(change, within());
    expect(await shown()).toBe(VALUE);
    expect(await sentences(target)).toContain(`right: ${KEY} holds ${VALUE}`);
  });

  test("without one, or with another authority, nothing is written and the reason is said", async () => {
    const nameless = await stage.open({ endpoints: basesOf(server), tls: { authority: tls.authority } });
    await expect(nameless.write({ ...change, epoch: 9 }, within())).rejects.toThrow(/^etcd: 127.0.0.1:/);
    const misled = await stage.open({
      endpoints: basesOf(server),
      tls: { ...tls, authority: stranger },
    });
    await expect(misled.write({ ...change, epoch: 9 }, within())).rejects.toThrow(/certificate/);
    expect(await shown()).toBe(VALUE);
  });

  test("files that are replaced are taken without a restart, and unreadable ones are named", async () => {
    const authority = join(folder, "authority.pem");
    await copyFile(stranger, authority);
    const target = await stage.open({ endpoints: basesOf(server), tls: { ...tls, authority } });
    await expect(target.read?.(within())).rejects.toThrow(/certificate/);
    await copyFile(tls.authority, authority);
    expect(await target.read?.(within())).toMatchObject({ epoch: 7 });
    await rm(authority);
    await expect(target.read?.(within())).rejects.toThrow(`TLS: ${authority}: no such file or folder`);
  });
});
