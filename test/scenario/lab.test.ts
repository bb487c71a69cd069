// A lab as a person meets it: up, seen, side by side with another, and down without a trace.
import { readdir, stat } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { attachLab, findOnlyLab, runningLabs, startLab } from "../../packages/baton/src/lab/index.ts";
import { systemClock } from "../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome, startBaton } from "./support/baton.ts";
import { addressOf, doorTo, labStatus, labUp, networkOf, pidsOf } from "./support/lab.ts";
import { filesIn, listenersAt, processesNaming, stillRunning } from "./support/leftovers.ts";

let home: string;
beforeEach(async () => {
  home = await makeHome();
});
afterEach(async () => {
  for (const name of ["lab", "other"]) await baton(home, ["lab", "down", "--name", name]);
  expect(processesNaming(home)).toEqual(new Map());
  await removeHome(home);
});

describe("baton lab", () => {
  test("goes up and down twice, and leaves no process, no port and no file", async () => {
    for (const flags of [[], ["--no-wires"]]) {
      const lab = await labUp(home, ...flags);
      expect(processesNaming(home).size).toBeGreaterThanOrEqual(10);
      expect(listenersAt(networkOf(lab))).toContain(`${addressOf(lab, "h1")}:6379`);
      const down = await baton(home, ["lab", "down"]);
      expect(down.code).toBe(0);
      expect(processesNaming(home)).toEqual(new Map());
      expect(stillRunning(pidsOf(lab))).toEqual([]);
      expect(await filesIn(home)).toEqual([]);
    }
  });

  test("is ready when it says so: replicas follow, Sentinels agree, agents answer", async () => {
    const lab = await labUp(home);
    const primary = await doorTo(lab, "h1");
    expect(await primary.call(["ROLE"])).toMatchObject([
      "master",
      expect.anything(),
      [{ length: 3 }, { length: 3 }],
    ]);
    primary.close();
    for (const { agent, sentinel, redis } of lab.hosts) {
      expect([redis?.pid, sentinel?.pid]).toEqual([expect.any(Number), expect.any(Number)]);
      expect((await fetch(`${agent?.url}/healthz`)).status).toBe(200);
    }
    const status = await baton(home, ["status", "--json"]);
    expect(JSON.parse(status.out)).toMatchObject({
      groups: [{ route: { kind: "primary", host: "h1" } }],
    });
  });

  test("keeps passwords off every command line and out of reach of others", async () => {
    const lab = await labUp(home);
    const lines = [...processesNaming(home).values()].join("\n");
    const { mode } = await stat(lab.password.file);
    expect(mode & 0o077).toBe(0);
    expect((await stat(lab.directory)).mode & 0o077).toBe(0);
    expect(lines).not.toMatch(/pass|auth|secret(?!s\/)/i);
    for (const file of await filesIn(lab.directory)) {
      const { mode: bits } = await stat(`${lab.directory}/${file}`);
      // What the socket's own mode says is nothing: the folder around it is closed.
      if (!file.endsWith(".sock")) expect(`${file} ${bits & 0o077}`).toBe(`${file} 0`);
    }
  });

  test("runs beside another one, which goes on when the first ends", async () => {
    const [one, other] = await Promise.all([labUp(home), labUp(home, "--name", "other")]);
    expect(networkOf(one)).not.toBe(networkOf(other));
    const several = await baton(home, ["lab", "status"]);
    expect([several.code, several.err]).toEqual([2, expect.stringContaining("lab, other")]);
    expect(several.err).toContain("--name");
    expect((await baton(home, ["lab", "down", "--name", "lab"])).code).toBe(0);
    expect(await labStatus(home)).toEqual(other);
    const door = await doorTo(other, "h1");
    expect(await door.call(["SET", "still", "here"])).toBe("OK");
    door.close();
  });

  test("leaves nothing of the default home either", async () => {
    const environment = { BATON_HOME: "", TMPDIR: home };
    const up = await baton(home, ["lab", "up", "--detach", "--no-wires"], environment);
    expect([up.code, await readdir(home)]).toEqual([0, [`baton-${process.getuid?.()}`]]);
    expect((await baton(home, ["lab", "down"], environment)).code).toBe(0);
    expect(await filesIn(home)).toEqual([]);
  });

  test("can be started, attached to and ended from code", async () => {
    const environment = { ...process.env, BATON_HOME: home };
    const steps: string[] = [];
    const { signal } = new AbortController();
    const onProgress = (line: string) => void steps.push(line);
    const lab = await startLab({ wires: true, agents: false, signal, environment, onProgress });
    expect(steps[0]).toBe("starting the primary: h1");
    expect(await runningLabs(environment)).toEqual(["lab"]);
    const attached = await attachLab("lab", environment);
    expect([attached.layout, attached.secrets]).toEqual([lab.layout, lab.secrets]);
    const { hosts, router } = await lab.status();
    expect([hosts[0]?.agent?.pid, router?.pid]).toEqual([null, null]);
    const { did, atMonotonicMs } = await lab.kill("h2");
    expect([did, atMonotonicMs < systemClock.monotonicMs()]).toEqual([["redis h2 was killed"], true]);
    await expect((await findOnlyLab(environment)).cut("h1", "nowhere")).rejects.toMatchObject({
      code: "USAGE",
    });
    await lab.down();
    await lab.down();
    await expect(attachLab("lab", environment)).rejects.toMatchObject({ code: "LAB_UNKNOWN" });
    expect(await filesIn(home)).toEqual([]);
  });

  test("refuses a second one of the same name and leaves the first as it was", async () => {
    const first = await labUp(home);
    const second = await baton(home, ["lab", "up", "--detach"]);
    expect(second.code).toBe(3);
    expect(second.err).toContain("LAB_EXISTS");
    expect(second.err).toContain("baton lab down");
    expect(await labStatus(home)).toEqual(first);
  });

  test("says that no lab runs, and exits with 2, when there is none", async () => {
    for (const command of ["status", "down", "heal", "logs"]) {
      const ran = await baton(home, ["lab", command]);
      expect([command, ran.code, ran.err]).toEqual([command, 2, expect.stringContaining("LAB_UNKNOWN")]);
    }
    expect(await filesIn(home)).toEqual([]);
  });

  test.each(["../x", "a b", "", "-x", "x".repeat(41)])("refuses %j as a name", async (name) => {
    const ran = await baton(home, ["lab", "up", `--name=${name}`]);
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining("cannot be a lab's name")]);
  });

  test("names the limit of a unix socket's path when the home's path is too long", async () => {
    const ran = await baton(`${home}/${"x".repeat(90)}`, ["lab", "up"]);
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining("107")]);
    expect(ran.err).toContain("BATON_HOME");
  });

  test("in the foreground stays until Ctrl-C, and then cleans up", async () => {
    const running = startBaton(home, ["lab", "up", "--json"]);
    await waitFor(
      "the lab to be up",
      () => (running.out().includes("}\n") ? seen(0) : missing(running.err())),
      {
        withinMs: 60_000,
      },
    );
    const lab = await labStatus(home);
    expect(JSON.parse(running.out())).toEqual(lab);
    // A terminal sends it to the whole foreground process group.
    process.kill(-(running.child.pid ?? 0), "SIGINT");
    expect((await running.done).code).toBe(0);
    expect(processesNaming(home)).toEqual(new Map());
    expect(stillRunning(pidsOf(lab))).toEqual([]);
    expect(await filesIn(home)).toEqual([]);
  });

  test("shows the ends of the logs that were asked for", async () => {
    await labUp(home);
    const one = await baton(home, [
      "lab",
      "logs",
      "--host",
      "h2",
      "--process",
      "sentinel",
      "--lines",
      "3",
    ]);
    const [title, ...lines] = one.out.trimEnd().split("\n");
    expect(title).toMatch(/^==> sentinel h2 {2}.*sentinel\.log$/);
    expect(lines).toHaveLength(3);
    const all = await baton(home, ["lab", "logs"]);
    expect(all.out.match(/^==> /gm)).toHaveLength(11);
    const none = await baton(home, ["lab", "logs", "--host", "h9"]);
    expect([none.code, none.err]).toEqual([2, expect.stringContaining("sentinel h2")]);
  });

  test("shows a process that does not run as null, and pids that are its own", async () => {
    const lab = await labUp(home);
    for (const pid of pidsOf(lab)) expect(processesNaming(home).has(pid)).toBe(true);
    process.kill(lab.hosts[1]?.sentinel?.pid ?? 0, "SIGKILL");
    const look = async () => {
      const { hosts } = await labStatus(home);
      return hosts[1]?.sentinel?.pid === null ? seen(0) : missing("the pid to be null");
    };
    await waitFor("the status without the Sentinel", look, { withinMs: 10_000 });
    const text = await baton(home, ["lab", "status"]);
    expect(text.out).toMatch(/h2 .*sentinel :26379 not running/);
  });
});
