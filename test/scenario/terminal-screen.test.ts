// `baton status --watch` and `baton top` on a real terminal, on a lab whose primary is killed: what the
// screen shows is what the cluster is, and the terminal is given back however the command ends.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Status } from "../../packages/baton/src/status/status.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, cli, makeHome, removeHome, startBaton } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { labUp } from "./support/lab.ts";
import { openTerminal, type TestTerminal } from "./support/terminal.ts";

let home: string;
let terminal: TestTerminal | undefined;
let lab: Awaited<ReturnType<typeof labUp>>;

const open = async (columns: number, rows: number) => {
  terminal = await openTerminal(home, { columns, rows });
  await terminal.type("stty -g > $BATON_HOME/before");
  return terminal;
};
/** In the foreground, its pid in a file; the shell prints the exit code when it has ended. */
const run = (one: TestTerminal, ...args: readonly string[]) => {
  const command = `sh -c 'echo $$ > "$BATON_HOME/pid"; exec "$@"' sh ${process.execPath} ${args.join(" ")}`;
  return one.type(`clear; ${command}; echo exit=$?`);
};

/** Not in the alternate screen, the cursor seen, lines wrapped, modes as before. */
async function expectGivenBack(one: TestTerminal): Promise<void> {
  await one.type("stty -g > $BATON_HOME/after; echo com''pared");
  await one.shows("compared");
  expect([await one.is("alternate_on"), await one.is("cursor_flag"), await one.is("wrap_flag")]).toEqual(
    [false, true, true],
  );
  expect(readFileSync(`${home}/after`, "utf8")).toBe(readFileSync(`${home}/before`, "utf8"));
}

/** All who show a status over HTTP: the agents, and the host that runs the router. */
const observers = [
  ...["h1", "h2", "h3"].map((host) => [host, "--process", "agent"]),
  ["app", "--process", "all"],
];

/** The new primary as soon as `baton status --json` knows it. */
async function newPrimary(old: string): Promise<string> {
  return await waitFor(
    "another primary",
    async () => {
      const { groups } = JSON.parse((await baton(home, ["status", "--json"])).out) as Status;
      const route = groups[0]?.route;
      return route?.kind === "primary" && route.host !== old
        ? seen(route.host)
        : missing(JSON.stringify(route));
    },
    { withinMs: 20_000 },
  );
}

afterEach(async (context) => {
  keepEvidence(context, home);
  await terminal?.close();
  terminal = undefined;
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

describe("on a terminal", () => {
  beforeEach(async () => {
    home = await makeHome();
    lab = await labUp(home, "--no-wires");
  });

  test("status --watch shows the new primary within 2 s of status --json, at every size", async () => {
    const one = await open(100, 30);
    await run(one, cli, "status", "--watch");
    await one.shows("main  writes go to h1");
    expect([await one.is("alternate_on"), await one.is("cursor_flag")]).toEqual([true, false]);
    await baton(home, ["lab", "kill", "h1"]);
    const host = await newPrimary("h1");
    await one.shows(`main  writes go to ${host}`, 2_000);
    const screen = await one.shows(/warning {2}the replica h1 does not answer/);
    expect(screen).toMatch(/^seen by this command at \d\d:\d\d:\d\d UTC$/m);

    await one.resize(40, 10);
    const small = await one.shows(/lines 1 to \d+ of \d+, \d+ more/);
    expect(small.split("\n").every((line) => line.length <= 40)).toBe(true);
    await one.press("G");
    await one.shows(/lines \d+ to (\d+) of \1/);

    // While nothing changes only the line with the time is written, and the screen is never cleared.
    await one.resize(100, 30);
    await one.shows(/ {80,}q quits/);
    const written = await one.record();
    const bytes = () => readFileSync(written, "utf8");
    await waitFor(
      "three times on the screen",
      () => {
        const times = bytes().match(/at \d\d:\d\d:\d\d UTC/g) ?? [];
        return new Set(times).size >= 3 ? seen(true) : missing(times.join(", "));
      },
      { withinMs: 10_000 },
    );
    expect(bytes()).not.toContain("\u001b[2J");
    // At most once, should the last problem of the failover go meanwhile: the lines below it move up.
    expect(bytes().split("nodes").length - 1).toBeLessThan(2);

    await one.press("C-c");
    // What was seen last stays on the terminal.
    expect(await one.shows("exit=0")).toContain(`main  writes go to ${host}`);
    await expectGivenBack(one);
  });

  test("a crash in the middle, or SIGTERM, gives the terminal back, and the crash is told", async () => {
    const one = await open(100, 30);
    const crash = "data:text/javascript,setTimeout(()=>{throw(Error(`boom`))},4000)";
    await run(one, "--import", `'${crash}'`, cli, "status", "--watch");
    await one.shows("main  writes go to h1");
    expect(await one.shows(/exit=[1-9]/)).toContain("Error: boom");
    await expectGivenBack(one);

    await run(one, cli, "status", "--watch");
    await one.shows("main  writes go to h1");
    process.kill(Number(readFileSync(`${home}/pid`, "utf8")), "SIGTERM");
    await one.shows("exit=0");
    await expectGivenBack(one);
  });

  test("top shows what the agents know, the new primary within 2 s, and one group whole", async () => {
    const one = await open(110, 30);
    await run(one, cli, "top");
    const calm = await one.shows(/> fine +main +h1/);
    expect(calm).toContain("baton top  1 group: 1 fine");
    expect(calm).toMatch(/seen by the agent on h\d at/);
    await baton(home, ["lab", "kill", "h1"]);
    const host = await newPrimary("h1");
    const bad = await one.shows(new RegExp(`> warning +main +${host} `), 2_000);
    expect(bad).toContain("the replica h1 does not answer");

    await one.press("Enter");
    const page = await one.shows("Esc goes back");
    expect(page).toContain(`main  writes go to ${host}`);
    expect(page).toMatch(/h1 .* unknown/);
    await one.press("Escape");
    await one.shows("> warning");
    await one.press("/");
    await one.press("z", "z", "Enter");
    await one.shows("no group has these words");
    await one.press("Escape");
    await one.shows("> warning");

    await one.press("C-z");
    await one.shows(/Stopped[\s\S]*ready>/);
    await one.type("clear; fg; echo exit=$?");
    await one.shows("> warning");
    await one.press("q");
    expect(await one.shows("exit=0")).toContain("no group has an error");
    await expectGivenBack(one);
  });

  test("top looks by itself when no agent answers, and asks a single one when it is named", async () => {
    const one = await open(110, 30);
    await run(one, cli, "top");
    await one.shows(/seen by the agent on h\d/);
    for (const host of observers) await baton(home, ["lab", "stop", ...host]);
    await one.shows(/seen by this command at/);
    expect(await one.screen()).toMatch(/> fine +main +h1/);
    for (const host of observers) await baton(home, ["lab", "cont", ...host]);
    await one.shows(/seen by the agent on/);
    await one.press("C-c");
    await one.shows("exit=0");
    await expectGivenBack(one);

    const url = lab.hosts.find(({ name }) => name === "h2")?.agent?.url ?? "";
    await run(one, cli, "top", "--from", url);
    expect(await one.shows("seen by the agent on h2")).toMatch(/> fine +main +h1/);
    await baton(home, ["lab", "kill", "h2", "--process", "agent"]);
    await one.shows(/OLD: seen by the agent on h2 at .*, \d+ s ago; since then: no agent answers/);
    expect(await one.screen()).toMatch(/> fine +main +h1/);
    await one.press("q");
    await one.shows("exit=0");
  });

  test("NO_COLOR leaves the screen without colours, and TERM=dumb without a screen", async () => {
    const one = await open(100, 30);
    await one.type("export NO_COLOR=1");
    const written = await one.record();
    const bytes = () => readFileSync(written, "utf8");
    await run(one, cli, "top");
    await one.shows(/> fine +main +h1/);
    await one.press("q");
    await one.shows("exit=0");
    for (const colour of [31, 32, 33]) expect(bytes()).not.toContain(`\u001b[${colour}m`);
    await one.type("export TERM=dumb");
    await run(one, cli, "top");
    expect(await one.shows("exit=2")).toContain("`baton status --json`");
  });
});

describe("without a terminal", () => {
  beforeEach(async () => {
    home = await makeHome();
    lab = await labUp(home, "--no-wires");
  });

  test("top is refused with what to use instead, and a watch writes what has changed", async () => {
    const refused = await baton(home, ["top"]);
    expect([refused.code, refused.out]).toEqual([2, ""]);
    expect(refused.err).toContain("`baton status --json`");

    const running = startBaton(home, ["status", "--watch"]);
    const routes = () => running.out().match(/^main {2}.*$/gm) ?? [];
    await waitFor("the first status", () => (routes().length > 0 ? seen(true) : missing("nothing")), {
      withinMs: 20_000,
    });
    await baton(home, ["lab", "kill", "h1"]);
    const host = await newPrimary("h1");
    await waitFor(
      "the new primary",
      () => (routes().at(-1)?.includes(host) === true ? seen(true) : missing(running.out())),
      { withinMs: 5_000 },
    );
    expect(running.out()).not.toContain("\u001b");
    running.child.kill("SIGINT");
    expect((await running.done).code).toBe(0);
    // Each line about the route says something else than the one before.
    expect(routes()[0]).toContain("writes go to h1");
  });

  test("a watch whose reader is gone ends by itself", async () => {
    const running = startBaton(home, ["status", "--watch", "--json"]);
    await waitFor("a line", () => (running.out() === "" ? missing("nothing yet") : seen(true)), {
      withinMs: 20_000,
    });
    running.child.stdout?.destroy();
    expect((await running.done).code).toBe(0);
  });
});
