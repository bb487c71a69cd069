// Which bytes of a primary's answers reach the client, and when, while replicas have to confirm its writes.
import { beforeEach, describe, expect, test } from "vitest";
import type { Confirmations } from "../decide/types.ts";
import type { Clock } from "../sys/clock.ts";
import { Answers } from "./answers.ts";
import { CommandTable } from "./commands.ts";
import { KNOWN, bulk, command } from "./primary.fixture.ts";
import { ProtocolError } from "./resp/limits.ts";
import { SessionState } from "./session-state.ts";

const { lookup } = CommandTable.of(KNOWN);
const PUSH = ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n";
const WAIT = command("WAIT", "2", "250");

let nowMs: number;
let present: Confirmations;
let delivered: string;
let sent: string[];
let complaints: string[];
let waits: number[];
let session: SessionState;
let answers: Answers;

const clock: Clock = {
  monotonicMs: () => nowMs,
  wallMs: () => nowMs,
  sleep: () => Promise.reject(new Error("nobody sleeps here")),
};

beforeEach(() => {
  nowMs = 0;
  present = { kind: "asked", replicas: 2, names: ["h2", "h3"] };
  delivered = "";
  sent = [];
  complaints = [];
  waits = [];
  session = new SessionState();
  answers = new Answers({
    clock,
    session,
    requirement: () => present,
    deliver: (bytes) => (delivered += bytes.toString("latin1")),
    send: (bytes) => sent.push(bytes.toString("latin1")),
    mayBegin: () => true,
    onUnconfirmed: (sentence) => complaints.push(sentence),
    waited: (ms) => waits.push(ms),
  });
});

/** Counts the commands as sent; those of a name alone are enough here. */
function ask(...names: readonly string[]): void {
  for (const name of names) answers.unanswered.count(lookup(name), session.sent(lookup(name), []));
}
function cover(): void {
  answers.gates.isUncovered = true;
  answers.coverIfNeeded();
}
const take = (text: string) => answers.take(Buffer.from(text, "latin1"));

describe("a confirmed write", () => {
  test("is answered without the answer of the WAIT, wherever the primary's bytes are split", () => {
    const first = `${bulk("a:b")}+OK\r\n:2\r\n`;
    const all = Buffer.from(`${first}*2\r\n:2\r\n${bulk(":2\r\n")}:12\r\n+PONG\r\n`);
    const wanted = `${bulk("a:b")}+OK\r\n*2\r\n:2\r\n${bulk(":2\r\n")}+PONG\r\n`;
    for (let one = 0; one <= all.length; one += 1) {
      for (let other = one; other <= all.length; other += 1) {
        delivered = "";
        ask("get", "set");
        cover();
        ask("set");
        cover();
        ask("ping");
        answers.take(all.subarray(0, one));
        // Half of the WAIT's answer is as good as none.
        if (one < first.length) expect(delivered).toBe("");
        answers.take(all.subarray(one, other));
        answers.take(all.subarray(other));
        expect(delivered).toBe(wanted);
      }
    }
    expect([complaints, answers.unanswered.owed]).toEqual([[], 0]);
  });

  test("is answered with what came before and behind it in its place, over several gates", () => {
    ask("get", "set");
    cover();
    ask("set", "get");
    cover();
    ask("ping");
    take(`${bulk("v")}+OK\r\n:2\r\n+OK\r\n`);
    expect(delivered).toBe(`${bulk("v")}+OK\r\n`);
    take(bulk("w"));
    expect(delivered).toBe(`${bulk("v")}+OK\r\n`);
    take(":3\r\n+PONG\r\n");
    expect(delivered).toBe(`${bulk("v")}+OK\r\n+OK\r\n${bulk("w")}+PONG\r\n`);
  });

  test("is answered with the pushes that came between in their place", () => {
    ask("set");
    cover();
    take(`${PUSH}+OK\r\n${PUSH}`);
    expect(delivered).toBe("");
    take(`:2\r\n${PUSH}`);
    expect(delivered).toBe(`${PUSH}+OK\r\n${PUSH}${PUSH}`);
    expect([complaints, answers.hasUnsolicited]).toEqual([[], false]);
  });

  test("may have an error for its answer, which is confirmed like any other", () => {
    ask("set");
    cover();
    take("-WRONGTYPE :2\r\n");
    expect(delivered).toBe("");
    take(":2\r\n");
    expect([delivered, complaints]).toEqual(["-WRONGTYPE :2\r\n", []]);
  });
});

describe("an unconfirmed write", () => {
  test("is asked about again, with replies in their order, until it is confirmed", () => {
    ask("set");
    cover();
    ask("get");
    take("+OK\r\n:1\r\n");
    expect([delivered, sent]).toEqual(["", [WAIT, WAIT]]);
    take(bulk("v"));
    expect(delivered).toBe("");
    take(":2\r\n");
    expect([delivered, sent.length, complaints]).toEqual([`+OK\r\n${bulk("v")}`, 2, []]);
  });

  test("is given up when patience is over, and nothing that came behind it is delivered", () => {
    ask("set", "ping");
    cover();
    // From the first answer on: how long the write itself was blocked is nobody's fault.
    for (nowMs = 250; nowMs < 5_250; nowMs += 250)
      take(nowMs === 250 ? "+OK\r\n+PONG\r\n:0\r\n" : ":0\r\n");
    expect([sent.length, complaints]).toEqual([21, []]);
    take(":0\r\n");
    expect(complaints).toEqual(["written, and not confirmed, outcome unknown: 0 of 2 replicas have it"]);
    expect([delivered, sent.length]).toEqual(["", 21]);
  });

  test("asks for as many as count now, and is content with them", () => {
    ask("set");
    cover();
    present = { kind: "asked", replicas: 3, names: ["h2", "h3", "h4"] };
    take("+OK\r\n:2\r\n");
    expect([delivered, sent]).toEqual(["", [WAIT, command("WAIT", "3", "250")]]);
    present = { kind: "asked", replicas: 1, names: ["h2"] };
    take(":1\r\n");
    expect(delivered).toBe("+OK\r\n");
  });

  test("is no reason to let anything through while the requirement is refused", () => {
    ask("set");
    cover();
    present = { kind: "refused", reason: "nobody has told" };
    take("+OK\r\n:2\r\n");
    nowMs = 5_000;
    take(":2\r\n");
    expect([delivered, complaints]).toEqual([
      "",
      ["written, and not confirmed, outcome unknown: nobody has told"],
    ]);
  });
});

describe("how long replies were kept back", () => {
  test("is told of each gate, from the first byte that had to wait until it was let through", () => {
    ask("set");
    cover();
    nowMs = 10;
    take("+OK\r\n");
    nowMs = 12;
    take(":1\r\n");
    nowMs = 262;
    take(":2\r\n");
    expect([waits, delivered]).toEqual([[252], "+OK\r\n"]);
    ask("set");
    cover();
    nowMs = 300;
    take("+OK\r\n:2\r\n");
    expect(waits).toEqual([252, 0]);
  });

  test("is told when they are given up, and not where no replica has to confirm", () => {
    ask("get");
    take("$1\r\n");
    nowMs = 9;
    take("v\r\n");
    expect(waits).toEqual([]);
    ask("set");
    cover();
    take("+OK\r\n:0\r\n");
    nowMs = 5_009;
    take(":0\r\n");
    expect([waits, complaints.length]).toEqual([[5_000], 1]);
  });
});

describe("replies that are withheld", () => {
  test("are given up when they are longer than may be kept", () => {
    const mebibytes = 65;
    ask("set", "get");
    cover();
    take(`+OK\r\n$${mebibytes << 20}\r\n`);
    const portion = Buffer.alloc(1 << 20);
    for (let count = 0; count < 64 && complaints.length === 0; count += 1) answers.take(portion);
    expect(complaints).toEqual([
      "written, and not confirmed, outcome unknown: the replies are too long to be kept",
    ]);
    expect(delivered).toBe("");
  });

  test("are none without a gate: they pass as they come, in parts", () => {
    ask("get", "set");
    take("$5\r\nab");
    expect([delivered, answers.isMidReply]).toEqual(["$5\r\nab", true]);
    take("cde\r\n+OK\r\n");
    expect([delivered, answers.isMidReply]).toEqual(["$5\r\nabcde\r\n+OK\r\n", false]);
    expect(answers.hasUnsolicited).toBe(false);
    take("-ERR bye\r\n");
    expect(answers.hasUnsolicited).toBe(true);
  });

  test("are not there for what is no reply", () => {
    ask("set");
    cover();
    expect(() => take("HTTP/1.1 400 Bad Request\r\n")).toThrow(ProtocolError);
    expect(delivered).toBe("");
  });
});
