// What a session has set, what keeps it where it is, and what makes it opaque.
import { inspect } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";
import { bareTable } from "./commands.ts";
import { TestSession } from "./session-state.fixture.ts";

let session: TestSession;
beforeEach(() => {
  session = new TestSession();
});

describe("what a session has set", () => {
  test("is nothing at first, and plain commands and other sessions' settings change nothing", () => {
    session.done(
      "get key",
      "set key value",
      "CLIENT KILL ID 7",
      "CLIENT UNPAUSE",
      "SCRIPT LOAD x",
      "HELLO",
    );
    expect(session.restored()).toEqual([]);
    expect(session.obstacle).toBeUndefined();
  });

  test("is restored with the login first, in RESP2 by AUTH", () => {
    session.done("CLIENT SETNAME shop", "CLIENT SETINFO LIB-NAME lib", "CLIENT SETINFO lib-ver 1.2");
    session.done("CLIENT NO-EVICT on", "CLIENT NO-TOUCH ON", "SELECT 3", "AUTH secret");
    expect(session.restored()).toEqual([
      "AUTH default secret",
      "SELECT 3",
      "CLIENT SETNAME shop",
      "CLIENT SETINFO lib-name lib",
      "CLIENT SETINFO lib-ver 1.2",
      "CLIENT NO-EVICT ON",
      "CLIENT NO-TOUCH ON",
    ]);
  });

  test("is restored by one HELLO in RESP3, whatever has set its parts", () => {
    session.done(
      "HELLO 3 AUTH someone secret SETNAME first",
      "AUTH other pass",
      "CLIENT SETNAME second",
    );
    session.done("CLIENT CAPA redirect", "READONLY");
    const hello = "HELLO 3 AUTH other pass SETNAME second";
    expect(session.restored()).toEqual([hello, "CLIENT CAPA redirect", "READONLY"]);
  });

  test("is what was set last, and nothing where that is the default", () => {
    session.done(
      "SELECT 3",
      "SELECT 0",
      "CLIENT NO-TOUCH on",
      "CLIENT NO-TOUCH off",
      "READONLY",
      "READWRITE",
    );
    session.done("HELLO 3", "HELLO 2");
    expect(session.restored()).toEqual([]);
  });

  test("keeps the client's bytes as they are", () => {
    session.done("AUTH p\u00e4\u00ff");
    expect(session.state.restoration()[0]?.includes(Buffer.from([0x70, 0xe4, 0xff]))).toBe(true);
  });

  test("is not changed by a command that fails", () => {
    session.done("SELECT 3", "AUTH first");
    session.fail("SELECT 99");
    session.fail("AUTH second");
    session.fail("CLIENT SETNAME x");
    expect(session.restored()).toEqual(["AUTH default first", "SELECT 3"]);
  });

  test("is taken back by RESET, but for the library and the capabilities", () => {
    session.done(
      "HELLO 3 AUTH someone secret SETNAME shop",
      "SELECT 3",
      "CLIENT NO-TOUCH on",
      "READONLY",
    );
    session.done("CLIENT SETINFO lib-name lib", "CLIENT CAPA redirect", "WATCH k", "MULTI", "RESET");
    expect(session.restored()).toEqual(["CLIENT CAPA redirect", "CLIENT SETINFO lib-name lib"]);
  });

  test("never shows its credentials to whoever inspects it", () => {
    const effect = session.send("AUTH someone secret");
    expect(inspect([session.state, effect], { depth: 9, showHidden: true })).not.toContain("secret");
    session.answer(effect);
    expect(inspect(session.state, { depth: 9, showHidden: true })).not.toContain("secret");
    expect(JSON.stringify(session.state)).not.toContain("secret");
    expect(session.restored()).toEqual(["AUTH someone secret"]);
  });

  test("is not to be restored before its commands are answered", () => {
    const effect = session.send("SELECT 3");
    expect(() => session.state.restoration()).toThrow(/before its commands are answered/);
    session.answer(effect);
    expect(session.restored()).toEqual(["SELECT 3"]);
    expect(() => session.answer(effect)).toThrow(/answered once/);
  });
});

describe("an obstacle", () => {
  test.each([
    ["WATCH k", "WATCH is active", "UNWATCH"],
    ["WATCH k", "WATCH is active", "RESET"],
    ["MULTI", "MULTI is open", "EXEC"],
    ["MULTI", "MULTI is open", "DISCARD"],
    ["MULTI", "MULTI is open", "RESET"],
    ["CLIENT TRACKING ON BCAST", "CLIENT TRACKING is on", "CLIENT TRACKING off"],
    ["CLIENT TRACKING on", "CLIENT TRACKING is on", "RESET"],
    ["CLIENT IMPORT-SOURCE ON", "CLIENT IMPORT-SOURCE is on", "CLIENT IMPORT-SOURCE OFF"],
    ["ASKING", "ASKING was sent", "RESET"],
  ])("by %s is there from its sending on, and ends", (begin, clause, end) => {
    const effect = session.send(begin);
    expect(session.obstacle).toBe(clause);
    session.answer(effect);
    expect(session.obstacle).toBe(clause);
    expect(() => session.state.restoration()).toThrow(clause);
    const ending = session.send(end);
    session.answer(ending, end !== "EXEC");
    if (end !== "EXEC") {
      expect(session.obstacle).toBe(clause);
      session.done(end);
    }
    expect(session.obstacle).toBeUndefined();
  });

  test.each(["WATCH k", "MULTI", "CLIENT TRACKING ON", "ASKING", "SHUTDOWN"])(
    "by %s is gone when its reply is an error",
    (line) => {
      session.answer(session.send(line), true);
      expect(session.obstacle).toBeUndefined();
    },
  );

  test.each([
    ["blpop k 0", "blocked in BLPOP"],
    ["XREAD COUNT 1 BLOCK 0 STREAMS s $", "blocked in XREAD"],
    ["XREADGROUP GROUP streams c BLOCK 0 STREAMS s >", "blocked in XREADGROUP"],
    ["SHUTDOWN", "SHUTDOWN is under way"],
  ])("by %s lasts until its reply", (line, clause) => {
    const effect = session.send(line);
    expect(session.obstacle).toBe(clause);
    session.answer(effect);
    expect(session.obstacle).toBeUndefined();
  });

  test("is not seen in readers of streams that do not wait, whatever groups and keys are called", () => {
    expect(session.send("XREAD COUNT 1 STREAMS block $")).toBeUndefined();
    expect(session.send("XREADGROUP GROUP block block NOACK STREAMS s >")).toBeUndefined();
  });

  test("is seen in a reader of streams whose arguments were too many", () => {
    const effect = session.state.sent(bareTable.lookup("XREAD"), undefined);
    expect(session.obstacle).toBe("blocked in XREAD");
    session.answer(effect);
    expect(session.obstacle).toBeUndefined();
  });

  test("is a login that was too long to be kept, until RESET, and a CLIENT command for good", () => {
    session.doneUnkept("AUTH");
    expect(session.obstacle).toBe("the login was too long to be kept");
    session.done("RESET");
    expect(session.obstacle).toBeUndefined();
    session.doneUnkept("CLIENT");
    session.done("RESET");
    expect(session.obstacle).toBe("a CLIENT command was too long to be kept");
  });

  test("is not a script that was too long to be kept", () => {
    session.doneUnkept("SCRIPT");
    expect(session.obstacle).toBeUndefined();
  });

  test("is an unknown subcommand of CLIENT, more capabilities than are kept, and QUIT", () => {
    session.done("CLIENT NEWLY-INVENTED");
    expect(session.obstacle).toMatch(/a CLIENT subcommand that Baton does not know/);
    session = new TestSession();
    session.done("CLIENT CAPA a b c d e f g h i");
    expect(session.obstacle).toMatch(/too long/);
    session = new TestSession();
    session.done("QUIT");
    expect([session.obstacle, session.state.isOpaque]).toEqual(["QUIT was sent", false]);
  });

  test("is a RESET with CLIENT NO-EVICT on, until that is said again", () => {
    session.done("CLIENT NO-EVICT ON", "RESET");
    expect(session.obstacle).toMatch(/RESET was sent with CLIENT NO-EVICT on/);
    session.done("CLIENT NO-EVICT OFF");
    expect([session.obstacle, session.restored()]).toEqual([undefined, []]);
  });

  test("is a HELLO that may have failed half-way, until one with login and name succeeds", () => {
    session.fail("HELLO 3 AUTH someone secret");
    expect(session.obstacle).toBeUndefined();
    session.fail("HELLO 3 AUTH someone secret SETNAME shop");
    expect(session.obstacle).toMatch(/a HELLO with several options failed/);
    session.done("HELLO 3 AUTH someone secret SETNAME shop");
    expect(session.obstacle).toBeUndefined();
  });
});

describe("an opaque session", () => {
  test.each([
    ["SUBSCRIBE a", "SUBSCRIBE was sent"],
    ["SUNSUBSCRIBE", "SUNSUBSCRIBE was sent"],
    ["MONITOR", "MONITOR was sent"],
    ["PSYNC ? -1", "PSYNC was sent"],
    ["REPLCONF ACK 0", "REPLCONF was sent"],
    ["CLIENT REPLY OFF", "CLIENT REPLY is off"],
    ["CLIENT REPLY skip", "CLIENT REPLY is off"],
    ["SCRIPT DEBUG sync", "SCRIPT DEBUG was sent"],
  ])("begins with the sending of %s, and lasts", (line, clause) => {
    const before = session.send("SELECT 3");
    expect(session.send(line)).toBeUndefined();
    expect([session.state.isOpaque, session.obstacle]).toEqual([true, clause]);
    expect(session.send("RESET")).toBeUndefined();
    session.answer(before);
    expect([session.state.isOpaque, session.obstacle]).toEqual([true, clause]);
  });

  test("is none by CLIENT REPLY ON or SCRIPT DEBUG NO", () => {
    session.done("CLIENT REPLY ON", "SCRIPT DEBUG NO");
    expect([session.state.isOpaque, session.obstacle]).toEqual([false, undefined]);
  });
});
