import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { readTextFileIfThere } from "../../sys/files.ts";
import { findProcesses } from "../../sys/processes.ts";
import { missing, seen, waitFor } from "../../sys/wait.ts";
import { conformance } from "../conformance.fixture.ts";
import { exec } from "./exec.ts";
import { makeScript, type Script } from "./script.fixture.ts";
import { type Change, RouteRejected } from "../target.ts";
import { testSurroundings } from "../surroundings.fixture.ts";

const change: Change = {
  group: "main",
  endpoint: { address: "10.9.0.2", port: 6380 },
  epoch: 9,
  from: { address: "10.9.0.1", port: 6379 },
  role: "observer",
};
const unended = new AbortController().signal;

let script: Script | undefined;
afterEach(async () => {
  await script?.close();
  script = undefined;
});

async function run(body: string, signal = unended, more: Partial<Change> = {}): Promise<string> {
  script = await makeScript(body);
  const settings = exec.settings.parse({ command: [script.path, "own word"] });
  const surroundings = testSurroundings();
  const target = await exec.open(settings, surroundings);
  await target.write({ ...change, ...more }, signal);
  return (await readFile(join(script.folder, "said"), "utf8")).trim();
}

conformance(exec, async () => {
  const own = await makeScript('echo "$6:$7" > "$folder/new" && mv "$folder/new" "$folder/shown"');
  return {
    ...own,
    settings: { command: [own.path], timeout: "5s" },
    shown: async () => (await readTextFileIfThere(join(own.folder, "shown")))?.trim(),
  };
});

test("gives Sentinel's seven arguments in Sentinel's order, after the user's own", async () => {
  const said = await run('for word in "$@"; do echo "$word"; done > "$folder/said"');
  const seven = ["main", "observer", "start", "10.9.0.1", "6379", "10.9.0.2", "6380"];
  expect(said.split("\n")).toEqual(["own word", ...seven]);
});

test("the old primary is the new one where nothing is known of an earlier one", async () => {
  const said = await run('echo "$5 $6 $7 $8" > "$folder/said"', unended, { from: undefined });
  expect(said).toBe("10.9.0.2 6380 10.9.0.2 6380");
});

test("gives epoch, group and both ends in the environment, and no password of the agent", async () => {
  process.env["BATON_AGENT_PASSWORD"] = "for the agent alone";
  const said = await run('env | grep ^BATON_ | sort > "$folder/said"');
  delete process.env["BATON_AGENT_PASSWORD"];
  expect(said.split("\n")).toEqual([
    "BATON_EPOCH=9",
    "BATON_FROM=10.9.0.1:6379",
    "BATON_GROUP=main",
    "BATON_TARGET=it",
    "BATON_TO=10.9.0.2:6380",
  ]);
});

test("exit code 1 and a signal ask for another attempt, 2 and more for none", async () => {
  for (const [body, pattern, isFinal] of [
    ["echo later; exit 1", /ended with 1: later$/, false],
    ["kill -TERM $$", /ended with SIGTERM$/, false],
    ["exit 2", /ended with 2$/, true],
    ["exit 255", /ended with 255$/, true],
  ] as const) {
    const error: unknown = await run(body).catch((one: unknown) => one);
    expect(String(error)).toMatch(pattern);
    expect(error instanceof RouteRejected, body).toBe(isFinal);
    await script?.close();
    script = undefined;
  }
});

test("a program that takes too long is killed with everything that it started", async () => {
  const mark = `600.${process.pid}`;
  const running = () => findProcesses((words) => words.includes(mark)).length;
  const stopping = new AbortController();
  const done = run(`sleep ${mark} & sleep ${mark}`, stopping.signal);
  const failed = expect(done).rejects.toThrow("late");
  const both = () => (running() === 2 ? seen(0) : missing(`${running()} of 2 run`));
  await waitFor("both to run", both, { withinMs: 5_000, everyMs: 10 });
  stopping.abort(new Error("late"));
  await failed;
  const gone = () => (running() === 0 ? seen(0) : missing(`${running()} still run`));
  await waitFor("both to be gone", gone, { withinMs: 2_000, everyMs: 10 });
});

test("a program that says very much is not blocked, and its last words are kept", async () => {
  const body = "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; exit 1";
  const error: unknown = await run(body).catch((one: unknown) => one);
  expect(String(error)).toMatch(/line 19998 line 19999$/);
  expect(String(error).length).toBeLessThan(2_200);
});

test("a program that is not there is named", async () => {
  const settings = exec.settings.parse({ command: ["/nowhere/at-all"] });
  const surroundings = testSurroundings();
  const target = await exec.open(settings, surroundings);
  await expect(target.write(change, unended)).rejects.toThrow("/nowhere/at-all cannot be started");
});
