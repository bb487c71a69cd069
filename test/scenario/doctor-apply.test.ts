// `baton doctor --live --apply` on real processes: what it changes, what it proves, how it is taken back,
// and when it changes nothing.
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { applyChanges, type Process } from "../../packages/baton/src/doctor/live/apply.ts";
import type { LiveChange } from "../../packages/baton/src/doctor/finding.ts";
import { attachLab } from "../../packages/baton/src/lab/index.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { Fields } from "../../packages/baton/src/redis/replies.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { labUp } from "./support/lab.ts";
import { SENTINELS_RIGHTS, startLoneSentinel } from "./support/lone-sentinel.ts";
import { startRedisServer } from "./support/redis-server.ts";

const times = { connectMs: 1_000, commandMs: 1_000 };
const undo: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).toReversed()) await one();
});

const settingOf = async (door: Door, name: string): Promise<string> =>
  new Fields(await door.call(["CONFIG", "GET", name]), "CONFIG GET").text(name);
const quorumOf = async (door: Door): Promise<string> =>
  new Fields(await door.call(["SENTINEL", "MASTER", "main"]), "SENTINEL MASTER").text("quorum");

test("sets a quorum and min-replicas right in a lab, and its undo brings the mistakes back", async () => {
  const home = await makeHome();
  undo.push(() => removeHome(home));
  await labUp(home, "--no-wires");
  undo.push(() => baton(home, ["lab", "down"]));
  const lab = await attachLab("lab", { BATON_HOME: home });
  const login = { username: "agent", password: lab.secrets.agent };
  const as = ({ address, port }: { address: string; port: number }): Door => {
    const door = openDoor({ address, port, ...login, ...times });
    undo.push(() => door.close());
    return door;
  };
  const sentinels = lab.layout.sentinels.map(as);
  const [, , node] = (lab.layout.groups[0]?.nodes ?? []).map(as);
  if (node === undefined) throw new Error("no third node");
  for (const door of sentinels) await door.call(["SENTINEL", "SET", "main", "quorum", "3"]);
  await node.call(["CONFIG", "SET", "min-replicas-to-write", "0"]);
  const doctor = (...args: readonly string[]) =>
    baton(home, ["doctor", "--live", "--file", join(lab.directory, "cluster.yml"), ...args]);

  const dry = await doctor("--apply", "--dry-run");
  expect(dry.out).toContain("apply: would run 4 commands");
  expect([dry.code, await quorumOf(sentinels[0] ?? node)]).toEqual([1, "3"]);

  const { code, out, err } = await doctor("--apply");
  expect([code, out], err).toEqual([0, expect.stringContaining("nothing found") as string]);
  for (const door of sentinels) expect(await quorumOf(door)).toBe("2");
  expect(await settingOf(node, "min-replicas-to-write")).toBe("1");
  const place = `-h ${node.address} -p 6379`;
  expect(err).toContain(
    `  redis-cli ${place} --user agent --askpass CONFIG SET min-replicas-to-write 0`,
  );
  expect(`${out}${err}`).not.toContain(lab.secrets.agent);

  const lines = [...err.matchAll(/redis-cli -h (\S+) -p (\d+) --user agent --askpass (.+)/g)];
  expect(lines).toHaveLength(4);
  for (const [, address = "", port = "", words = ""] of lines) {
    const [name = "", ...rest] = words.split(" ");
    expect(await as({ address, port: Number(port) }).call([name, ...rest])).toBe("OK");
  }
  for (const door of sentinels) expect(await quorumOf(door)).toBe("3");
  expect(await settingOf(node, "min-replicas-to-write")).toBe("0");
});

describe("changes one by one", () => {
  async function server(address: string, ...flags: readonly string[]): Promise<Process> {
    const running = await startRedisServer({ address, port: 6379, flags });
    const door = openDoor({ address, port: 6379, ...times });
    undo.push(() => running.close());
    undo.push(() => door.close());
    return { name: `${address}:6379`, kind: "redis", door };
  }
  const setTo = (
    { name }: Process,
    from: string,
    to: string,
    setting = "tcp-keepalive",
  ): LiveChange => ({
    to: name,
    command: ["CONFIG", "SET", setting, to],
    undo: ["CONFIG", "SET", setting, from],
    proof: { ask: ["CONFIG", "GET", setting], expected: to },
  });
  const apply = (changes: readonly LiveChange[], processes: readonly Process[]) =>
    applyChanges(changes, processes, AbortSignal.timeout(20_000));

  test("end at the first that is refused, and say which are done", async () => {
    const first = await server("127.0.77.1");
    const rights = "default on nopass ~* &* +@all -config|set".split(" ");
    const second = await server("127.0.77.2", "--user", ...rights);
    const third = await server("127.0.77.3");
    const all = [first, second, third];
    const changes = all.map((process) => setTo(process, "300", "60"));
    const { done, trouble } = await apply(changes, all);
    expect(done).toEqual([changes[0]]);
    expect(trouble?.reason).toMatch(/^127\.0\.77\.2:6379 CONFIG SET tcp-keepalive 60: NOPERM/);
    expect(trouble?.unclear).toBeUndefined();
    const values = await Promise.all(all.map(({ door }) => settingOf(door, "tcp-keepalive")));
    expect(values).toEqual(["60", "300", "300"]);
  });

  test("do not begin where a value is another one by now, and pass over what is so already", async () => {
    const first = await server("127.0.77.1");
    const second = await server("127.0.77.2");
    await second.door.call(["CONFIG", "SET", "tcp-keepalive", "120"]);
    const changes = [setTo(first, "300", "60"), setTo(second, "300", "60")];
    const { done, trouble } = await apply(changes, [first, second]);
    expect(done).toEqual([]);
    expect(trouble?.reason).toContain('it is "120" by now, and was "300"');
    expect(await settingOf(first.door, "tcp-keepalive")).toBe("300");
    await second.door.call(["CONFIG", "SET", "tcp-keepalive", "60"]);
    expect(await apply(changes, [first, second])).toEqual({ done: [changes[0]] });
  });

  test("end when a failover begins in the middle, and are refused while it is under way", async () => {
    const lone = await startLoneSentinel("127.0.77.1");
    undo.push(() => lone.close());
    const user = ["--user", "watcher", "on", ">tulip", ...SENTINELS_RIGHTS.split(" ")];
    const follow = ["--replicaof", "127.0.77.1", "6379", "--replica-announce-ip", "127.0.77.2"];
    const replica = await startRedisServer({
      address: "127.0.77.2",
      port: 6379,
      flags: [...user, ...follow],
    });
    undo.push(() => replica.close());
    const primary: Process = { name: "127.0.77.1:6379", kind: "redis", door: lone.redis };
    const sentinel: Process = { name: "127.0.77.1:26379", kind: "sentinel", door: lone.sentinel };
    const begun = async () => {
      try {
        return seen(await lone.sentinel.call(["SENTINEL", "FAILOVER", "main"]));
      } catch (error) {
        return missing((error as Error).message);
      }
    };
    // Sentinel looks for replicas every ten seconds, and takes one with a link of some seconds.
    const isKnown = async () => {
      const rows = await lone.sentinel.call(["SENTINEL", "REPLICAS", "main"]);
      const isThere = Array.isArray(rows) && rows.length > 0;
      const link = isThere ? new Fields(rows[0], "a replica").text("master-link-status") : "no replica";
      return link === "ok" ? seen(undefined) : missing(link);
    };
    await waitFor("the replica to be known", isKnown, { withinMs: 30_000 });
    // It cannot be promoted while it stands still, so that the failover goes on and on.
    expect(replica.child.kill("SIGSTOP")).toBe(true);
    // It begins as soon as the first of two changes is made.
    const door: Door = {
      ...lone.redis,
      call: async (words) => {
        const reply = await lone.redis.call(words);
        if (words[1] === "SET") await waitFor("a failover", begun, { withinMs: 10_000 });
        return reply;
      },
    };
    const reason = '127.0.77.1:26379 is in the middle of a failover of "main"';
    const first = setTo(primary, "300", "60");
    const second = setTo(primary, "0", "60", "timeout");
    const began = await apply([first, second], [sentinel, { ...primary, door }]);
    expect(began).toEqual({ done: [first], trouble: { reason } });
    expect(await apply([second], [sentinel, primary])).toEqual({ done: [], trouble: { reason } });
    expect(await settingOf(lone.redis, "timeout")).toBe("0");
  });
});
