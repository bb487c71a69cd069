// Processes by pid and start time, with real ones: who is meant, who is alive, and that ended means
// gone.
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  endProcesses,
  findBinary,
  findProcesses,
  identify,
  isAlive,
  isStopped,
  type ProcessIdentity,
  signalProcess,
} from "./processes.ts";
import { type Spawned, spawnLeader } from "./processes-spawn.ts";
import { missing, seen, waitFor } from "./wait.ts";

let folder: string;
const started: ProcessIdentity[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "processes-"));
});
afterEach(async () => {
  await endProcesses(started.splice(0));
  rmSync(folder, { recursive: true });
});

async function start(...command: [string, ...string[]]): Promise<Spawned> {
  const environment = { PATH: process.env["PATH"] };
  const spawned = await spawnLeader({
    command,
    folder,
    environment,
    outputFile: join(folder, "output"),
  });
  started.push(spawned.identity);
  return spawned;
}

describe("a process", () => {
  test("is alive by its pid and start time, and a stranger with the same pid is not it", async () => {
    const { identity } = await start("sleep", "60");
    expect(identify(identity.pid)).toEqual(identity);
    expect(isAlive(identity)).toBe(true);
    const stranger = { pid: identity.pid, startTicks: identity.startTicks - 1 };
    expect(isAlive(stranger)).toBe(false);
    expect(signalProcess(stranger, "SIGKILL")).toBe(false);
    await endProcesses([stranger]);
    expect(isAlive(identity)).toBe(true);
  });

  test("is alive whatever its program is called", async () => {
    // The kernel puts the name, unquoted, before the state: this one looks like a zombie to a careless
    // reader.
    const program = join(folder, "a) Z 1 (b");
    symlinkSync(findBinary("sleep", process.env["PATH"]), program);
    const { identity, exited } = await start(program, "60");
    expect(isAlive(identity)).toBe(true);
    await endProcesses([identity]);
    expect(await exited).toEqual({ code: null, signal: "SIGKILL" });
  });

  test("is ended together with the children it forked, stopped or not", async () => {
    const { identity } = await start("sh", "-c", "sleep 61 & echo $!; wait");
    const look = () => {
      const child = Number(readFileSync(join(folder, "output"), "utf8"));
      return child > 0 ? seen(child) : missing("the child's pid");
    };
    const child = identify(await waitFor("the child", look, { withinMs: 5000 }));
    expect(child).toBeDefined();
    signalProcess(identity, "SIGSTOP");
    await waitFor("the stop", () => (isStopped(identity) ? seen(0) : missing("it")), { withinMs: 5000 });
    await endProcesses([identity]);
    const gone = () => (child !== undefined && isAlive(child) ? missing("the child's end") : seen(0));
    await waitFor("the child's end", gone, { withinMs: 5000 });
    expect(isAlive(identity)).toBe(false);
  });

  test("is found by its command line", async () => {
    const { identity } = await start("sleep", "62.5");
    expect(findProcesses((argv) => argv[1] === "62.5")).toEqual([identity]);
  });

  test("that ends by itself says how, and its words are in the output file", async () => {
    const { exited } = await start("sh", "-c", "echo on the way >&2; exit 3");
    expect(await exited).toEqual({ code: 3, signal: null });
    expect(readFileSync(join(folder, "output"), "utf8")).toBe("on the way\n");
  });
});

describe("a program", () => {
  test("that is missing is named, when it is looked for and when it is started", async () => {
    expect(() => findBinary("no-such-program", folder)).toThrow(
      `no-such-program is not on the PATH (${folder})`,
    );
    expect(findBinary("sh", process.env["PATH"])).toMatch(/\/sh$/);
    await expect(start(join(folder, "absent"))).rejects.toMatchObject({
      code: "BINARY_MISSING",
      message: expect.stringContaining(`${folder}/absent`) as string,
    });
  });
});
