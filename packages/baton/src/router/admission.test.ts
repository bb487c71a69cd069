// Which commands count as a change of data, and what a session may still do whose replies cannot be counted.
import { beforeEach, describe, expect, test } from "vitest";
import type { Confirmations } from "../decide/types.ts";
import { changesData, garbled, refusalWhileOpaque, unconfirmed } from "./admission.ts";
import { CommandTable } from "./commands.ts";
import { KNOWN, command } from "./primary.fixture.ts";
import { ProtocolError } from "./resp/limits.ts";
import { RequestFramer } from "./resp/requests.ts";
import { SessionState } from "./session-state.ts";

const { lookup } = CommandTable.of(KNOWN);

describe("data is changed", () => {
  let session: SessionState;
  beforeEach(() => {
    session = new SessionState();
  });
  /** In the order in which a router asks: first whether it may be sent, then that it was. */
  const changes = (...names: readonly string[]) =>
    names.filter((name) => {
      const found = changesData(lookup(name), session);
      session.sent(lookup(name), []);
      return found;
    });

  test("by a write, by what is not known, and by nothing else", () => {
    expect(changes("ping", "set", "get", "nosuch", "blpop", "select")).toEqual([
      "set",
      "nosuch",
      "blpop",
    ]);
  });

  test("by the EXEC of a block with a write in it, and not by what is only queued", () => {
    expect(changes("multi", "set", "get", "exec")).toEqual(["exec"]);
    expect(changes("multi", "get", "exec")).toEqual([]);
    expect(changes("multi", "set", "discard", "set")).toEqual(["set"]);
    expect(changes("multi", "set", "exec", "multi", "exec")).toEqual(["exec"]);
  });
});

describe("a session whose replies cannot be counted", () => {
  const LISTENS = "NOREPLICAS baton: a session that listens cannot write: replicas could not confirm it";
  let requests: RequestFramer;
  let present: Confirmations;
  beforeEach(() => {
    requests = new RequestFramer(lookup);
    present = { kind: "asked", replicas: 1, names: ["h2"] };
  });
  function refusal(text: string): string | undefined {
    const found = refusalWhileOpaque(requests, Buffer.from(text), () => present);
    return found === undefined ? undefined : `${found.word} ${found.sentence}`;
  }

  test("may go on listening and reading, in pieces, too", () => {
    const text = command("SUBSCRIBE", "set") + command("PING") + command("GET", "set");
    for (const byte of text) expect(refusal(byte)).toBeUndefined();
    expect(refusal(text)).toBeUndefined();
  });

  test("is refused a write, as soon as the name of the command is known", () => {
    expect(refusal(`${command("GET", "k")}*3\r\n$3\r\nSE`)).toBeUndefined();
    expect(refusal("T\r\n")).toBe(LISTENS);
  });

  test("is refused a write between commands that are none", () => {
    expect(refusal(command("GET", "k") + command("SET", "k", "v") + command("GET", "k"))).toBe(LISTENS);
  });

  test("is refused a write while nobody can tell who counts, and none when nobody is asked", () => {
    present = { kind: "refused", reason: "no primary" };
    expect(refusal(command("SET", "k", "v"))).toBe(LISTENS);
    requests = new RequestFramer(lookup);
    present = { kind: "not-asked" };
    expect(refusal(command("SET", "k", "v"))).toBeUndefined();
  });

  test("is told what is wrong with what is no command", () => {
    expect(() => refusal("*1\r\n!")).toThrow(ProtocolError);
  });
});

test("an ending says what it is: nonsense of the client, or writes that are not confirmed", () => {
  expect(garbled(new ProtocolError("got '!'"))).toEqual({
    kind: "garbage",
    word: "ERR",
    sentence: "Protocol error: got '!'",
  });
  expect(unconfirmed("not written: nobody is there")).toEqual({
    kind: "unconfirmed",
    word: "NOREPLICAS",
    sentence: "baton: not written: nobody is there",
  });
});
