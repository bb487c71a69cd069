// Targets of a running agent: HAProxy follows a failover with a real client, and Sentinel's own scripts wake
// the agent.
import { once } from "node:events";
import { appendFile, chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseEntry, type JournalEntry } from "../../packages/baton/src/journal/entry.ts";
import { attachLab, type LabHandle } from "../../packages/baton/src/lab/index.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, cli, makeHome, removeHome } from "./support/baton.ts";
import { edgeLab } from "./support/edge-lab.ts";
import { keepEvidence } from "./support/evidence.ts";
import { type Haproxy, startHaproxy } from "./support/haproxy.ts";
import { labUp } from "./support/lab.ts";

/** Far more than it takes on a busy machine (about 10 ms), and less than the turn that would find it late. */
const AT_ONCE_MS = 1_000;
/** Sentinel kills a script after 60 s; a process of its own takes seconds to start on a busy machine. */
const PATIENCE_MS = 10_000;

let home: string;
let lab: LabHandle;
let proxy: Haproxy;

const SECTIONS = `objectives: { rto: 3s }
`;

beforeEach(async () => {
  home = await makeHome();
  proxy = await startHaproxy();
  lab = await edgeLab(home, proxy, SECTIONS);
});
afterEach(async (context) => {
  keepEvidence(context, home);
  await proxy.close();
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

const addressOf = (host: string) => lab.layout.cluster.hosts.find(({ name }) => name === host)?.address;

async function journalOf(host: string): Promise<readonly JournalEntry[]> {
  const text = await readFile(join(lab.directory, host, "agent/journal.jsonl"), "utf8");
  return text.split("\n").flatMap((line) => parseEntry(line) ?? []);
}

async function untilLed(isWanted: (address: string) => boolean): Promise<string> {
  const look = async () => {
    const [address = ""] = ((await proxy.shown()) ?? "").split(":");
    return address !== "" && isWanted(address) ? seen(address) : missing(`HAProxy leads to ${address}`);
  };
  return await waitFor("HAProxy to be led", look, { withinMs: 20_000, everyMs: 10 });
}

/** An application behind HAProxy that knows nothing of Sentinel or Baton. */
function application(): Redis {
  const redis = new Redis({
    host: "127.0.0.1",
    port: proxy.port,
    password: lab.secrets.application,
    retryStrategy: () => 50,
    maxRetriesPerRequest: null,
    enableReadyCheck: false,
    autoResendUnfulfilledCommands: false,
  });
  redis.on("error", () => undefined);
  return redis;
}

async function write(redis: Redis, key: string): Promise<void> {
  const look = async () => {
    const said = await redis.set(key, "value").catch((error: Error) => error.message);
    return said === "OK" ? seen(undefined) : missing(said);
  };
  await waitFor(`${key} to be written`, look, { withinMs: 20_000 });
}

/** Milliseconds from the decision of the last route to HAProxy led there, by the agent's own journal. */
async function followedAfterMs(to: string): Promise<number> {
  const entries = await journalOf("app");
  const led = entries.findLast(({ kind, facts }) => kind === "done" && facts?.["target"] === "edge");
  expect(led?.facts).toMatchObject({ endpoint: { address: to, port: 6379 } });
  const decided = entries.find(({ kind, facts }) => {
    const route = facts?.["route"] as { readonly endpoint?: { readonly address: string } } | undefined;
    return kind === "decision" && route?.endpoint?.address === to;
  });
  return (led?.monotonicMs ?? 0) - (decided?.monotonicMs ?? 0);
}

test("HAProxy follows a killed primary as soon as there is a route, and the client goes on", async () => {
  const first = await untilLed((address) => address === addressOf("h1"));
  const redis = application();
  try {
    await write(redis, "before");
    await lab.kill("h1", "redis");
    const next = await untilLed((address) => address !== first);
    await write(redis, "after");
    expect(await redis.mget("before", "after")).toEqual(["value", "value"]);
    const tookMs = await followedAfterMs(next);
    expect(tookMs).toBeGreaterThan(0);
    expect(tookMs).toBeLessThan(AT_ONCE_MS);
    process.stderr.write(`HAProxy followed ${tookMs} ms after the route\n`);
  } finally {
    redis.disconnect();
  }
});

test("a session to a frozen primary, which nobody else would ever end, is cut", async () => {
  await untilLed((address) => address === addressOf("h1"));
  const redis = application();
  try {
    await write(redis, "before");
    await lab.stop("h1", "redis");
    const cut = once(redis, "close", { signal: AbortSignal.timeout(20_000) });
    redis.set("during", "value").catch(() => undefined);
    const next = await untilLed((address) => address !== addressOf("h1"));
    await cut;
    await write(redis, "after");
    expect(await followedAfterMs(next)).toBeLessThan(AT_ONCE_MS);
    expect(await proxy.ask("show servers state redis")).toContain(next);
  } finally {
    await lab.cont("h1", "redis");
    redis.disconnect();
  }
});

test("Sentinel's own script calls `baton notify`, the old primary first, and it says nothing", async () => {
  await untilLed((address) => address === addressOf("h1"));
  const script = join(home, "reconfig");
  const words = join(home, "words");
  const said = join(home, "said");
  const socket = join(lab.directory, "app/agent/wake.sock");
  const notify = `"${process.execPath}" "${cli}" notify --socket "${socket}"`;
  await writeFile(script, `#!/bin/sh\n${notify} "$@" >> "${said}" 2>&1\necho "$@" $? >> "${words}"\n`);
  await chmod(script, 0o755);
  for (const { id } of lab.layout.sentinels) {
    await lab.kill(id, "sentinel");
    const configuration = join(lab.directory, id, "sentinel.conf");
    await appendFile(configuration, `sentinel client-reconfig-script main ${script}\n`);
    await lab.start(id, "sentinel");
  }
  await lab.kill("h1", "redis");
  const next = await untilLed((address) => address !== addressOf("h1"));
  const look = async () => {
    const lines = (await readFile(words, "utf8")).trim().split("\n");
    return lines.length === 3 ? seen(lines) : missing(`${lines.length} of 3 calls`);
  };
  const lines = await waitFor("all three Sentinels to call it", look, { withinMs: 20_000 });
  const call = (role: string) => `main ${role} start ${addressOf("h1")} 6379 ${next} 6379 0`;
  expect([...lines].sort()).toEqual([call("leader"), call("observer"), call("observer")]);
  expect(await readFile(said, "utf8")).toBe("");
});

test("`baton notify` exits with 0 and one line whatever is wrong, and waits for nobody", async () => {
  const socket = join(lab.directory, "app/agent/wake.sock");
  await lab.stop("app", "agent");
  for (const args of [
    ["--socket", socket, "+sdown", "master main 10.0.0.1 6379"],
    ["--socket", join(home, "nobody.sock"), "-sdown", "master main 10.0.0.1 6379"],
    ["--socket", socket, "main", "10.0.0.1", "10.0.0.2"],
    ["--socket"],
    [],
  ]) {
    const startedMs = performance.now();
    const ran = await baton(home, ["notify", ...args]);
    expect({ code: ran.code, out: ran.out, lines: ran.err.split("\n").length }).toEqual({
      code: 0,
      out: "",
      lines: 2,
    });
    expect(performance.now() - startedMs, args.join(" ")).toBeLessThan(PATIENCE_MS);
  }
  await lab.cont("app", "agent");
});

test("`baton targets` finds one that leads elsewhere, and sync leads it where no agent does", async () => {
  const right = await untilLed((address) => address === addressOf("h1"));
  const file = join(lab.directory, "cluster.yml");
  const state = join(lab.directory, "app/agent");
  const targets = (verb: string, ...more: readonly string[]) =>
    baton(home, ["targets", verb, "--file", file, "--host", "app", "--state", state, ...more]);
  expect(await targets("check")).toMatchObject({ code: 0, out: expect.stringMatching(/^right +edge /) });
  const refused = await targets("sync");
  expect(refused).toMatchObject({
    code: 3,
    err: expect.stringContaining("the agent of this host runs"),
  });
  await lab.kill("app", "agent");
  await proxy.ask("set server redis/primary addr 192.0.2.9 port 6379");
  const drift = `it should lead to ${right}:6379 (epoch 0)`;
  for (const ran of [await targets("check"), await targets("sync", "--dry-run")]) {
    expect(ran).toMatchObject({ code: 1, out: expect.stringContaining(drift) });
  }
  expect(await proxy.shown()).toBe("192.0.2.9:6379");
  expect(await targets("sync", "--json")).toMatchObject({
    code: 0,
    out: expect.stringContaining('"verdict": "right"'),
  });
  expect(await proxy.shown()).toBe(`${right}:6379`);
});

test("a lab that is not told to leaves the targets of its file alone", async () => {
  const before = await untilLed((address) => address === addressOf("h1"));
  await labUp(home, "--no-wires", "--name", "quiet", "--file", join(home, "cluster.yml"));
  try {
    const quiet = await attachLab("quiet", { BATON_HOME: home });
    expect(quiet.cluster.targets).toEqual([]);
    await quiet.kill("h1");
    const moved = async () => {
      const { out } = await baton(home, ["status", "--name", "quiet", "--json"]);
      const { groups } = JSON.parse(out) as { groups: readonly { route: { host?: string } }[] };
      const host = groups[0]?.route.host;
      return host === undefined || host === "h1" ? missing(`the route is at ${host}`) : seen(host);
    };
    await waitFor("the quiet lab to fail over", moved, { withinMs: 20_000 });
    expect(await proxy.shown()).toContain(before);
  } finally {
    await baton(home, ["lab", "down", "--name", "quiet"]);
  }
});

interface Shown {
  readonly groups: readonly { readonly targets: readonly { ok: boolean; sentence: string }[] }[];
}

async function untilNoted(isWanted: boolean): Promise<string> {
  const look = async () => {
    const { out } = await baton(home, ["status", "--json"]);
    const [target] = (JSON.parse(out) as Shown).groups[0]?.targets ?? [];
    return target?.ok === isWanted ? seen(target.sentence) : missing(JSON.stringify(target));
  };
  return await waitFor("the agent's note of the target", look, { withinMs: 30_000 });
}

test("a switchover is refused while a target cannot follow, and --despite-targets goes on", async () => {
  const first = await untilLed((address) => address === addressOf("h1"));
  expect(await untilNoted(true)).toBe(`haproxy leads to ${first}:6379`);
  expect(await baton(home, ["switchover", "--dry-run"])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/ok {2}targets +led where they should be: edge/),
  });
  await proxy.refuse();
  const why = await untilNoted(false);
  const refused = await baton(home, ["switchover"]);
  expect(refused.code).toBe(1);
  expect(refused.out).toContain(`NO  targets  edge: the agent of app says: ${why}`);
  expect((await baton(home, ["switchover", "--despite-targets"])).code).toBe(0);
  await proxy.recover();
  await untilLed((address) => address !== first);
  await untilNoted(true);
});

test("a balancer that is frozen for a minute follows afterwards, and no router waits for it", async () => {
  await untilLed((address) => address === addressOf("h1"));
  const words = "drill run target-down --json --no-evidence --clients 1";
  const ran = await baton(home, words.split(" "));
  if (!ran.out.includes("promises")) throw new Error(`${ran.out}${ran.err}`);
  const result = JSON.parse(ran.out) as {
    readonly promises: readonly { readonly promise: string; readonly verdict: string }[];
    readonly targets: readonly { readonly name: string; readonly followedMs: number }[];
  };
  const verdictOf = (id: string) => result.promises.find(({ promise }) => promise === id)?.verdict;
  expect([verdictOf("targets"), verdictOf("whole")]).toEqual(["held", "held"]);
  const [edge] = result.targets;
  expect(edge?.name).toBe("edge");
  expect(edge?.followedMs).toBeGreaterThan(59_000);
}, 300_000);
