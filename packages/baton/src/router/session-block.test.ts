// MULTI, EXEC and DISCARD in a session's state.
import { beforeEach, expect, test } from "vitest";
import { TestSession } from "./session-state.fixture.ts";

let session: TestSession;
beforeEach(() => {
  session = new TestSession();
});

test("a block counts its writes from MULTI to EXEC, by what was sent", () => {
  const effects = [session.send("MULTI"), session.send("get k"), session.send("set k v")];
  expect([session.state.isInBlock, session.state.blockWrites]).toEqual([true, true]);
  effects.push(session.send("EXEC"));
  expect([session.state.isInBlock, session.state.blockWrites]).toEqual([false, true]);
  expect(session.obstacle).toBe("MULTI is open");
  for (const effect of effects) session.answer(effect);
  expect(session.obstacle).toBeUndefined();
  session.done("MULTI", "get k");
  expect(session.state.blockWrites).toBe(false);
  session.done("EXEC", "EXEC");
  expect([session.state.isInBlock, session.state.blockWrites]).toEqual([false, false]);
});

test("a block forgets a write for an EXEC without MULTI", () => {
  session.done("MULTI", "set k v", "EXEC");
  const effect = session.send("EXEC");
  expect(session.state.blockWrites).toBe(false);
  session.answer(effect, true);
});

test("a block is not there when MULTI fails, also for commands that were on their way", () => {
  const multi = session.send("MULTI");
  const select = session.send("SELECT 3");
  session.answer(multi, true);
  expect(session.state.isInBlock).toBe(false);
  session.answer(select);
  expect(session.restored()).toEqual(["SELECT 3"]);
});

test("a block stays open when DISCARD or a second MULTI fails, and ends with WATCH when EXEC fails", () => {
  session.done("WATCH k", "MULTI");
  session.fail("MULTI");
  session.fail("DISCARD");
  expect([session.obstacle, session.state.isInBlock]).toEqual(["MULTI is open", true]);
  session.fail("EXEC x");
  expect([session.obstacle, session.state.isInBlock]).toEqual([undefined, false]);
});

test("WATCH stays when EXEC or DISCARD finds no block, and when UNWATCH is only queued", () => {
  session.done("WATCH k");
  session.fail("EXEC");
  session.fail("DISCARD");
  expect(session.obstacle).toBe("WATCH is active");
  session.done("MULTI", "UNWATCH");
  expect(session.send("DISCARD x")).toBeUndefined();
  expect(session.obstacle).toBe("MULTI is open");
  session.done("EXEC");
  expect(session.obstacle).toBeUndefined();
});

test("a block that changes settings keeps the session where it is: nobody reads which of them worked", () => {
  session.done("MULTI", "SELECT 3", "EXEC", "RESET");
  expect(session.obstacle).toBe("a MULTI block has changed the session's settings");
});

test("a block that is given up has changed no settings", () => {
  session.done("MULTI", "SELECT 3", "DISCARD", "MULTI", "AUTH x");
  session.fail("EXEC");
  session.done("MULTI", "EXEC");
  expect([session.obstacle, session.restored()]).toEqual([undefined, []]);
});
