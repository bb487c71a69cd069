// The table of commands, from replies of COMMAND in the form of Redis 7 and later.
import { expect, test } from "vitest";
import { CommandTable, bareTable } from "./commands.ts";

type Subcommand = readonly [name: string, ...flags: string[]];

/** One row of COMMAND, as Redis 7 and later send it. */
function row(
  name: string,
  flags: readonly string[],
  more: { categories?: readonly string[]; subcommands?: readonly Subcommand[] } = {},
): readonly unknown[] {
  const { categories = [], subcommands = [] } = more;
  const below = subcommands.map(([second, ...own]) => row(`${name}|${second}`, own, { categories }));
  return [name, -2, flags, 1, 1, 1, categories, [], [], below];
}

const table = CommandTable.parse([
  row("get", ["readonly", "fast"]),
  row("set", ["write", "denyoom"]),
  row("ping", ["fast"]),
  row("publish", ["pubsub"]),
  row("wait", ["noscript"]),
  row("blpop", ["write", "blocking"]),
  row("xread", ["readonly", "blocking"]),
  row("scan", ["readonly"]),
  row("eval", ["noscript"], { categories: ["@scripting"] }),
  row("eval_ro", ["noscript", "readonly"], { categories: ["@scripting"] }),
  row("module.do", ["module"]),
  row("VSIM", ["readonly", "module"]),
  row("xgroup", [], { subcommands: [["create", "write"], ["help"]] }),
  row("object", [], { subcommands: [["encoding", "readonly"], ["help"]] }),
  row("memory", [], { subcommands: [["usage", "readonly"], ["purge"], ["help"]] }),
  row("function", [], {
    categories: ["@scripting"],
    subcommands: [["load", "write"], ["list"]],
  }),
  row("script", [], { categories: ["@scripting"], subcommands: [["load"], ["debug"]] }),
]);

const namesWhere = (property: "isWrite" | "isReadOnly" | "isBlocking" | "isCaptured") =>
  ["get", "set", "ping", "publish", "wait", "blpop", "xread", "scan", "eval", "eval_ro", "module.do"]
    .concat(["vsim", "xgroup", "object", "memory", "function", "script", "nosuch"])
    .filter((name) => table.lookup(name)[property]);

test("takes for writes what is flagged so, scripts, what a module calls no reader, the unknown", () => {
  const writes = ["set", "blpop", "eval", "module.do", "xgroup", "function", "nosuch"];
  expect(namesWhere("isWrite")).toEqual(writes);
});

test("lets be sent twice only readers that neither block nor hold a cursor, and what asks no data", () => {
  expect(namesWhere("isReadOnly")).toEqual(["get", "ping", "eval_ro", "vsim", "object"]);
});

test("knows that WAIT blocks although Redis 7.0 does not say so", () => {
  expect(namesWhere("isBlocking")).toEqual(["wait", "blpop", "xread"]);
});

test("captures the arguments of session commands only", () => {
  expect(namesWhere("isCaptured")).toEqual(["xread", "script"]);
  for (const name of ["auth", "hello", "select", "client", "multi", "exec", "watch", "subscribe"])
    expect(table.lookup(name).isCaptured).toBe(true);
});

test("finds a name in any spelling, and is no prey to names of JavaScript's own", () => {
  expect(table.lookup("GeT")).toBe(table.lookup("get"));
  expect(table.lookup("GET")).toBe(table.lookup("get"));
  for (const name of ["__proto__", "constructor"]) expect(table.lookup(name).isWrite).toBe(true);
});

test("gives an unknown name back shortened, and does not grow by it", () => {
  const { size } = table;
  expect(table.lookup("X".repeat(1000))).toMatchObject({ name: "x".repeat(64), isReadOnly: false });
  expect(table.lookup("nosuch")).not.toBe(table.lookup("nosuch"));
  expect(table.size).toBe(size);
});

test("knows session commands before a server has told its own, and takes the rest for writes", () => {
  expect(bareTable.lookup("SELECT")).toMatchObject({ isWrite: false, isCaptured: true });
  expect(bareTable.lookup("XREADGROUP")).toMatchObject({ isWrite: true, isBlocking: true });
  expect(bareTable.lookup("GET")).toMatchObject({ isWrite: true, isReadOnly: false });
});

test("refuses what is no table of commands, and says what it found", () => {
  const refuses = (reply: unknown, message: RegExp) =>
    expect(() => CommandTable.parse(reply)).toThrow(
      expect.objectContaining({ code: "UNABLE", message: expect.stringMatching(message) as string }),
    );
  refuses("OK", /COMMAND is not a table of commands: expected COMMAND's list, found "OK"/);
  refuses([], /expected 1 to 5000 commands, found "0"/);
  refuses(
    Array.from({ length: 5001 }, () => row("get", [])),
    /found "5001"/,
  );
  refuses([["get", 2, "readonly"]], /expected the flags of a command, found "readonly"/);
  refuses([row("x".repeat(65), [])], /expected names of at most 64 characters/);
});
