// Every engine that scripts/engines.mjs has fetched to this machine carries a lab through a failover.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { endProcesses, identify } from "../../packages/baton/src/sys/processes.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { root } from "../repo/run.ts";
import { baton, makeHome, removeHome } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { doorTo, labStatus, labUp, pidsOf } from "./support/lab.ts";
import { filesIn, processesNaming, stillRunning } from "./support/leftovers.ts";

interface Known {
  readonly name: string;
  readonly folder: string;
  /** "redis 8.0.2", or "absent". */
  readonly found: string;
}

function knownEngines(): readonly Known[] {
  const listed = spawnSync(process.execPath, [join(root, "scripts/engines.mjs"), "--list"], {
    encoding: "utf8",
  });
  return listed.stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [name = "", folder = "", found = ""] = line.split("\t");
      return { name, folder, found };
    });
}

const known = knownEngines();
const present = known.filter(({ found }) => found !== "absent");

let home: string;
beforeEach(async () => {
  home = await makeHome();
});
afterEach(async (context) => {
  keepEvidence(context, home);
  await baton(home, ["lab", "down", "--name", "lab"]);
  expect(processesNaming(home)).toEqual(new Map());
  await removeHome(home);
});

async function untilRouteIsAt(hosts: readonly string[]): Promise<string> {
  const look = async () => {
    const { out } = await baton(home, ["status", "--json"]);
    const { groups } = JSON.parse(out) as { groups: readonly { route: { host?: string } }[] };
    const host = groups[0]?.route.host;
    return host !== undefined && hosts.includes(host) ? seen(host) : missing(`it is at ${host}`);
  };
  return await waitFor(`the route at ${hosts.join(" or ")}`, look, { withinMs: 20_000 });
}

test("the engines of versions.md are known, and those that are not here are named", () => {
  expect(known.map(({ name }) => name)).toEqual(["redis-8.0", "valkey-8.1", "valkey-9.1"]);
  const absent = known.filter((engine) => !present.includes(engine)).map(({ name }) => name);
  for (const { name, found } of present) expect(found.replace(" ", "-")).toContain(`${name}.`);
  if (absent.length === 0) return;
  const fetch = `node scripts/engines.mjs ${absent.join(" ")}`;
  process.stderr.write(`not run on ${absent.join(", ")}, which are not here: \`${fetch}\` gets them\n`);
});

describe.each(present)("on $found", ({ folder, found }) => {
  test("a lab fails over, takes its old primary back, and leaves nothing", async () => {
    const lab = await labUp(home, "--engine", folder, "--no-wires");
    expect(lab.engine).toBe(found);
    const pids = lab.hosts.flatMap(({ redis, sentinel }) => [redis?.pid, sentinel?.pid]);
    for (const pid of pids) {
      expect(readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith(`${folder}/`)).toBe(true);
    }
    await baton(home, ["lab", "kill", "h1"]);
    const primary = await untilRouteIsAt(["h2", "h3"]);
    const door = await doorTo(lab, primary);
    // The other replica may have to be attached first: min-replicas-to-write.
    const write = async () => seen(await door.call(["SET", "after", "the failover"]));
    expect(await waitFor("an acknowledged write", write, { withinMs: 10_000 })).toBe("OK");
    await baton(home, ["lab", "start", "h1"]);
    const again = (await labStatus(home)).hosts.find(({ name }) => name === "h1")?.redis?.pid;
    expect(readFileSync(`/proc/${again}/cmdline`, "utf8").startsWith(`${folder}/`)).toBe(true);
    const old = await doorTo(lab, "h1");
    const follows = async () => {
      const [role] = (await old.call(["ROLE"])) as readonly unknown[];
      return role === "slave" ? seen(undefined) : missing(`h1 to be a replica; it is ${String(role)}`);
    };
    await waitFor("h1 to follow", follows, { withinMs: 20_000 });
    door.close();
    old.close();
    expect((await baton(home, ["lab", "down"])).code).toBe(0);
    expect(processesNaming(home)).toEqual(new Map());
    expect(stillRunning(pidsOf(lab))).toEqual([]);
    expect(await filesIn(home)).toEqual([]);
  });
});

test.each(present.slice(0, 1))(
  "a lab of $name whose owner was killed is cleaned by the next one",
  async ({ folder }) => {
    const lab = await labUp(home, "--engine", folder, "--no-wires");
    const record = JSON.parse(readFileSync(join(lab.directory, "lab.json"), "utf8")) as {
      owner: { pid: number };
    };
    const owner = identify(record.owner.pid);
    expect(owner).toBeDefined();
    await endProcesses(owner === undefined ? [] : [owner]);
    const left = [...processesNaming(home).keys()];
    expect(left.length).toBeGreaterThanOrEqual(6);
    const next = await labUp(home, "--no-wires");
    expect(next.engine).not.toBe(lab.engine);
    const now = [...processesNaming(home).keys()];
    expect(now.filter((pid) => left.includes(pid))).toEqual([]);
  },
);

test("refuses a folder that is no engine, and says what was expected in it", async () => {
  const ran = await baton(home, ["lab", "up", "--engine", home]);
  expect([ran.code, ran.out]).toEqual([3, ""]);
  expect(ran.err).toContain(`BINARY_MISSING ${home} holds no server: expected usr/bin/redis-server or`);
  expect(await filesIn(home)).toEqual([]);
});
