// What can go wrong with a lab: each time a clear error with the next step, and nothing left running.
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, type TestContext } from "vitest";
import { type LabRecord, readRecord } from "../../packages/baton/src/lab/record.ts";
import { closeServer, listenOn } from "../../packages/baton/src/sys/sockets.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, type Ran, removeHome, startBaton } from "./support/baton.ts";
import { labUp, pidsOf } from "./support/lab.ts";
import { filesIn, processesNaming, stillRunning } from "./support/leftovers.ts";

let home: string;
/** For cluster files and programs: the home itself must be empty after a failure. */
let beside: string;
beforeEach(async () => {
  home = await makeHome();
  beside = await makeHome();
});
afterEach(async () => {
  await removeHome(beside);
  await baton(home, ["lab", "down", "--name", "lab"]);
  expect(processesNaming(home)).toEqual(new Map());
  await removeHome(home);
});

async function nothingIsLeft(): Promise<void> {
  expect(processesNaming(home)).toEqual(new Map());
  expect(await filesIn(home)).toEqual([]);
}

/** A cluster file of three small hosts, with further lines. */
async function clusterWith(lines: string): Promise<string> {
  const file = join(beside, "cluster.yml");
  const hosts = [1, 2, 3].map((n) => `  - { name: h${n}, address: 10.0.0.${n}, zone: z${n} }`);
  await writeFile(file, `name: test\nhosts:\n${hosts.join("\n")}\n${lines}`);
  return file;
}

/** In the foreground and in the background: the user must see the same. */
const WAYS = [
  { where: "in the foreground", way: [] },
  { where: "in the background", way: ["--detach"] },
];

async function failedUp(flags: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const ran = await baton(home, ["lab", "up", ...flags], environment);
  expect(ran.out).toBe("");
  return ran;
}

describe("a lab that cannot be", () => {
  test.each(WAYS)("names the program that is missing and how to get it $where", async ({ way }) => {
    const ran = await failedUp(way, { PATH: home });
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(/BINARY_MISSING redis-server is not on the PATH/);
    expect(ran.err).toContain("apt-get install redis-server redis-sentinel");
    await nothingIsLeft();
  });

  test("names the program that is missing when only one is", async () => {
    const found = (process.env["PATH"] ?? "")
      .split(":")
      .find((folder) => existsSync(join(folder, "redis-server")));
    await symlink(join(found ?? "", "redis-server"), join(beside, "redis-server"));
    const ran = await failedUp([], { PATH: beside });
    expect(ran.err).toMatch(/BINARY_MISSING redis-sentinel is not on the PATH/);
    await nothingIsLeft();
  });

  test.each(WAYS)(
    "names address and port when another program listens on all addresses $where",
    async ({ way }) => {
      const file = await clusterWith("redis: { port: 17379 }\n");
      const squatter = createServer();
      await listenOn(squatter, { address: "0.0.0.0", port: 17_379 });
      try {
        const ran = await failedUp([...way, "--file", file]);
        expect(ran.code).toBe(3);
        expect(ran.err).toMatch(
          /PORT_BUSY .*127\.0\.\d+\.\d+:17379 cannot be listened on: another process has it/,
        );
      } finally {
        await closeServer(squatter);
      }
      await nothingIsLeft();
    },
  );

  test.each(WAYS)("shows what Redis said when it dies while starting $where", async ({ way }) => {
    const file = await clusterWith(
      'redis: { settings: { hash-max-listpack-entries: "not-a-number" } }\n',
    );
    const ran = await failedUp([...way, "--file", file]);
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(/PROCESS_DIED redis h1 ended with code 1/);
    expect(ran.err).toContain("hash-max-listpack-entries");
    await nothingIsLeft();
  });

  test.each(WAYS)("leaves the folder, and no process, with --keep $where", async ({ way }) => {
    const file = await clusterWith(
      'redis: { settings: { hash-max-listpack-entries: "not-a-number" } }\n',
    );
    expect((await failedUp([...way, "--keep", "--file", file])).code).toBe(3);
    expect(processesNaming(home)).toEqual(new Map());
    const log = await readFile(join(home, "labs/lab/h1/redis.log"), "utf8");
    expect(log).toContain("hash-max-listpack-entries");
    expect((await baton(home, ["lab", "down", "--name", "lab"])).code).toBe(0);
    await nothingIsLeft();
  });

  test("leaves other people's folders alone, and says when one is in the way", async () => {
    await mkdir(join(home, "labs/precious"), { recursive: true });
    await writeFile(join(home, "labs/precious/thesis"), "years of work");
    await mkdir(join(home, "labs/.making-killed"));
    const ran = await failedUp(["--name", "precious", "--no-wires"]);
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(/LAB_EXISTS .*labs\/precious is in the way: it exists, and is no lab/);
    expect((await baton(home, ["lab", "down", "--name", "precious"])).code).toBe(2);
    await labUp(home, "--no-wires");
    await baton(home, ["lab", "down"]);
    expect(await filesIn(home)).toEqual(["labs", "labs/precious", "labs/precious/thesis"]);
  });

  test("names a cluster file that is not there", async () => {
    const ran = await failedUp(["--file", join(beside, "absent.yml")]);
    expect([ran.code, ran.err]).toEqual([
      2,
      expect.stringMatching(/CLUSTER_FILE .*absent\.yml: no such file/),
    ]);
    await nothingIsLeft();
  });

  test("prints every problem of a cluster file with its line, and makes nothing", async () => {
    const ran = await failedUp([
      "--file",
      await clusterWith("redis: { prot: 1 }\nsentinel: { port: 0 }\n"),
    ]);
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(/cluster\.yml:6:\d+ .*\n.*cluster\.yml:7:\d+ /);
    await nothingIsLeft();
  });
});

function run(program: string, ...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(program, args, { encoding: "utf8" });
}

/** A small disk of its own, where mounting is permitted. */
async function withDisk(
  size: string,
  context: TestContext,
  use: (disk: string) => Promise<void>,
): Promise<void> {
  const disk = join(home, "disk");
  await mkdir(disk);
  const mounted = run("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", disk);
  context.skip(mounted.status !== 0, `this user may not mount a disk: ${mounted.stderr}`);
  try {
    await use(disk);
  } finally {
    await baton(disk, ["lab", "down"]);
    run("umount", disk);
  }
}

describe("a full disk", () => {
  test.for(WAYS)("is named, with what is left and what is needed, $where", async ({ way }, context) => {
    await withDisk("64k", context, async (disk) => {
      const ran = await baton(disk, ["lab", "up", ...way]);
      expect(ran.code).toBe(3);
      expect(ran.err).toMatch(/DISK .*65536 bytes are left on the disk, and a lab needs 16777216/);
      expect(await filesIn(disk)).toEqual([]);
      expect(processesNaming(home)).toEqual(new Map());
    });
  });

  test("does not keep a lab from being ended", async (context) => {
    await withDisk("32m", context, async (disk) => {
      await labUp(disk, "--no-wires");
      const fill = writeFile(join(disk, "fill"), Buffer.alloc(32 << 20));
      await expect(fill).rejects.toMatchObject({ code: "ENOSPC" });
      expect((await baton(disk, ["lab", "kill", "h2"])).code).toBe(0);
      expect((await baton(disk, ["lab", "down"])).code).toBe(0);
      expect(await filesIn(disk)).toEqual(["fill"]);
      expect(processesNaming(home)).toEqual(new Map());
    });
  });
});

async function recordOf(name: string): Promise<LabRecord | undefined> {
  return await readRecord(join(home, "labs", name));
}

describe("Ctrl-C while a lab is being put up", () => {
  const MOMENTS = [0, 1, 6, 10].flatMap((processes) => WAYS.map((way) => ({ processes, ...way })));
  test.each(MOMENTS)(
    "ends all $processes processes that run by then, $where",
    async ({ processes, way }) => {
      const running = startBaton(home, ["lab", "up", ...way]);
      const look = async () => {
        const started = (await recordOf("lab"))?.processes.length ?? -1;
        return started >= processes ? seen(0) : missing(`${processes} processes, there are ${started}`);
      };
      await waitFor("the moment", look, { withinMs: 60_000, everyMs: 1 });
      process.kill(-(running.child.pid ?? 0), "SIGINT");
      const ran = await running.done;
      expect([ran.code, ran.out]).toEqual([130, ""]);
      expect(ran.err).toContain("INTERRUPTED");
      await nothingIsLeft();
    },
  );
});

describe("kill -9", () => {
  test("of the owner is cleaned by the next lab up, and other labs go on", async () => {
    const dead = await labUp(home);
    const alive = await labUp(home, "--name", "other");
    const owner = (await recordOf("lab"))?.owner.pid ?? 0;
    process.kill(owner, "SIGKILL");
    await waitFor(
      "the end of the owner",
      () => (processesNaming(home).has(owner) ? missing("") : seen(0)),
      {
        withinMs: 5000,
      },
    );
    for (const pid of pidsOf(dead)) expect(processesNaming(home).has(pid)).toBe(true);
    await labUp(home, "--name", "third");
    for (const pid of pidsOf(dead)) expect(processesNaming(home).has(pid)).toBe(false);
    for (const pid of pidsOf(alive)) expect(processesNaming(home).has(pid)).toBe(true);
    expect(await readdir(join(home, "labs"))).toEqual(["other", "third"]);
    expect(stillRunning(pidsOf(dead))).toEqual([]);
    for (const name of ["other", "third"]) await baton(home, ["lab", "down", "--name", name]);
    await nothingIsLeft();
  });

  test.each([
    ["names no process", (record: LabRecord) => JSON.stringify({ ...record, processes: [] })],
    ["is cut off in the middle", (record: LabRecord) => JSON.stringify(record).slice(0, 100)],
  ])("of the owner is cleaned even when the record %s", async (_, damaged) => {
    const dead = await labUp(home);
    const record = await recordOf("lab");
    if (record === undefined) throw new Error("the lab has no record");
    process.kill(record.owner.pid, "SIGKILL");
    await writeFile(join(home, "labs/lab/lab.json"), damaged(record));
    const next = await labUp(home);
    for (const pid of pidsOf(dead)) expect(processesNaming(home).has(pid)).toBe(false);
    expect(pidsOf(next)).toHaveLength(10);
  });

  test("of the command that waits for a lab in the background ends that lab", async () => {
    const running = startBaton(home, ["lab", "up", "--detach"]);
    const look = async () => ((await recordOf("lab"))?.processes.length ?? 0) > 2;
    await waitFor("some processes", async () => ((await look()) ? seen(0) : missing("them")), {
      withinMs: 60_000,
    });
    running.child.kill("SIGKILL");
    const isClean = () => processesNaming(home).size === 0;
    await waitFor("the lab to be gone", () => (isClean() ? seen(0) : missing("its end")), {
      withinMs: 30_000,
    });
    await nothingIsLeft();
  });

  test("is what lab down does to an owner that does not answer", async () => {
    await labUp(home);
    process.kill((await recordOf("lab"))?.owner.pid ?? 0, "SIGSTOP");
    expect((await baton(home, ["lab", "down"])).code).toBe(0);
    await nothingIsLeft();
  });
});
