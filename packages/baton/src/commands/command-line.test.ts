import { describe, expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import type { Context } from "./command.ts";
import { commandLine } from "./command-line.ts";

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(...argv: readonly string[]): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const context: Context = {
    terminal: {
      isInteractive: false,
      colour: false,
      columns: 100,
      out: (line) => void out.push(line),
      note: (line) => void err.push(line),
      outBacklogBytes: () => 0,
    },
    clock: systemClock,
    environment: { BATON_HOME: "/nonexistent/baton" },
    signal: new AbortController().signal,
  };
  const code = await commandLine(argv, context);
  return { code, out: out.join("\n"), err: err.join("\n") };
}

describe("the command line", () => {
  test("lists every command with its summary, and exits with 0", async () => {
    const { code, out } = await run("--help");
    expect(code).toBe(0);
    for (const word of ["agent", "drill", "explain", "lab", "status"])
      expect(out).toContain(`\n  ${word}`);
    expect(out).not.toContain("lab own");
  });

  test("says its version", async () => {
    expect(await run("--version")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
  });

  test("shows examples in the help of a command", async () => {
    const { code, out } = await run("drill", "run", "--help");
    expect(code).toBe(0);
    expect(out).toContain("baton drill run kill-primary --json");
  });

  test("says what was probably meant, and exits with 2", async () => {
    expect(await run("statsu")).toMatchObject({ code: 2, err: expect.stringContaining("status") });
    expect(await run("status", "--jason")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--json"),
    });
    expect(await run("lab", "upp")).toMatchObject({ code: 2, err: expect.stringContaining("up") });
  });

  test("an operating error is one line with its code, and the next step", async () => {
    const { code, err } = await run("explain", "--file", "/nonexistent/cluster.yml");
    expect(code).toBe(2);
    expect(err.split("\n")).toEqual([
      "baton: CLUSTER_FILE /nonexistent/cluster.yml: no such file or folder",
      expect.stringMatching(/^ {2}next: /),
    ]);
  });

  test("with --json an error is JSON too", async () => {
    const { code, out } = await run("status", "--json", "--file", "/nonexistent/cluster.yml");
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ error: { code: "CLUSTER_FILE", hint: expect.any(String) } });
  });

  test("two answers to one question are refused", async () => {
    expect(await run("status", "--file", "a", "--name", "b")).toMatchObject({ code: 2 });
  });

  test("a group may be called as a command below Sentinel's hook is", async () => {
    const words = "leader start 10.0.0.1 6379 10.0.0.2 6379".split(" ");
    for (const group of ["test", "list", "main"]) {
      const said = await run("notify", group, ...words);
      expect(said).toMatchObject({
        code: 0,
        out: "",
        err: expect.stringMatching(/^baton notify: --socket/),
      });
    }
    expect(await run("notify", "test", "--file", "/nonexistent/cluster.yml")).toMatchObject({
      code: 2,
      err: expect.stringContaining("CLUSTER_FILE"),
    });
    expect(await run("notify", "list", "--kinds")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/\npagerduty +schema +triggers/),
    });
  });

  test("completion knows every command and flag", async () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      const { code, out } = await run("completion", shell);
      expect(code).toBe(0);
      for (const word of ["drill", "kill-primary", "top", "from", "watch"]) expect(out).toContain(word);
    }
    expect(await run("completion", "csh")).toMatchObject({ code: 2 });
  });
});
