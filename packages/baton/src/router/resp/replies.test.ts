import { describe, expect, test } from "vitest";
import { feed, latin1, sizeOf } from "./frames.fixture.ts";
import { FRAME_LIMITS, ProtocolError } from "./limits.ts";
import { replySubject } from "./replies.fixture.ts";
import { ReplyFramer } from "./replies.ts";

const subject = replySubject(() => new ReplyFramer());
const typesOf = (text: string) => feed(subject, latin1(text)).map(({ what }) => what);

function refusal(text: string, limits = FRAME_LIMITS): string {
  const strict = replySubject(() => new ReplyFramer(limits));
  const [last] = feed(strict, latin1(text)).slice(-1);
  return last?.end === -1 ? last.what.replace("ProtocolError: Protocol error: ", "") : "accepted";
}

describe("a reply", () => {
  test("of every type of RESP2 and RESP3 ends where it ends", () => {
    const replies = [
      "+OK\r\n",
      "+\r\n",
      "-ERR no\r\n",
      ":-9223372036854775808\r\n",
      "$5\r\na\r\nbc\r\n",
      "$0\r\n\r\n",
      "$-1\r\n",
      "*-1\r\n",
      "*0\r\n",
      "*2\r\n$1\r\na\r\n*1\r\n:1\r\n",
      "_\r\n",
      "#t\r\n",
      ",1.5e10\r\n",
      ",inf\r\n",
      "(3492890328409238509324850943850943825024385\r\n",
      "!5\r\nERR x\r\n",
      "=7\r\ntxt:abc\r\n",
      "%1\r\n+key\r\n*2\r\n:1\r\n$-1\r\n",
      "%0\r\n",
      "~2\r\n:1\r\n:2\r\n",
      ">2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n",
    ];
    for (const reply of replies)
      expect(feed(subject, latin1(`${reply}+OK\r\n`)), JSON.stringify(reply)).toEqual([
        { end: reply.length, what: reply.startsWith(">") ? "> push" : reply[0] },
        { end: reply.length + 5, what: "+" },
      ]);
  });

  test("is known by its type while it is under way, and is under way until it ends", () => {
    const framer = new ReplyFramer();
    expect([framer.isMidReply, framer.type]).toEqual([false, 0]);
    expect(framer.advance(latin1("*2\r\n:1\r\n"), 0)).toBe(-1);
    expect([framer.isMidReply, framer.type]).toEqual([true, 0x2a]);
    expect(framer.advance(latin1(":2\r\n+OK"), 0)).toBe(4);
    expect([framer.isMidReply, framer.type]).toEqual([false, 0x2a]);
    expect(framer.advance(latin1(":2\r\n+OK"), 4)).toBe(-1);
    expect([framer.isMidReply, framer.type]).toEqual([true, 0x2b]);
    expect([framer.advance(latin1("\r\n"), 0), framer.type]).toEqual([2, 0x2b]);
    expect([framer.advance(latin1("\r\n"), 2), framer.type]).toEqual([-1, 0]);
  });

  test("has the attribute before it, and the reply's own type", () => {
    expect(feed(subject, latin1("|1\r\n+ttl\r\n:3600\r\n*1\r\n:7\r\n"))).toEqual([
      { end: 25, what: "*" },
    ]);
    expect(typesOf("|0\r\n:1\r\n")).toEqual([":"]);
    expect(typesOf("|1\r\n+a\r\n+b\r\n|1\r\n+c\r\n+d\r\n_\r\n+OK\r\n")).toEqual(["_", "+"]);
  });

  test("counts no attribute among its elements, wherever one stands", () => {
    expect(typesOf("*2\r\n|1\r\n+a\r\n|1\r\n+b\r\n+c\r\n+d\r\n:1\r\n|0\r\n:2\r\n+OK\r\n")).toEqual([
      "*",
      "+",
    ]);
  });

  test("may be followed by a push, or one may come before it, with an attribute of its own", () => {
    expect(typesOf(">1\r\n+a\r\n+OK\r\n>0\r\n|1\r\n+x\r\n+y\r\n>1\r\n+b\r\n:1\r\n")).toEqual([
      "> push",
      "+",
      "> push",
      "> push",
      ":",
    ]);
  });

  test("of more elements than a command may have is one: KEYS has an element for each key", () => {
    const framer = new ReplyFramer();
    expect(framer.advance(latin1("*2000000\r\n"), 0)).toBe(-1);
    const chunk = latin1(":1\r\n".repeat(500_000));
    expect([1, 2, 3, 4].map(() => framer.advance(chunk, 0))).toEqual([-1, -1, -1, chunk.length]);
  });

  test("keeps a newline within its line, where every client takes it for text", () => {
    expect(typesOf("+a\nb\r\n:1\r\n")).toEqual(["+", ":"]);
  });

  test("nests as deep as is allowed, and not deeper", () => {
    const nested = (depth: number) => `${"*1\r\n".repeat(depth)}:1\r\n`;
    expect(refusal(nested(32))).toBe("accepted");
    expect(refusal(nested(33))).toBe("expected at most 32 nested aggregates, got one more");
    expect(refusal(nested(3), { ...FRAME_LIMITS, depthMax: 2 })).toBe(
      "expected at most 2 nested aggregates, got one more",
    );
  });
});

describe("what is no reply", () => {
  test("is refused with what was found and what was expected", () => {
    const refusals: Readonly<Record<string, string>> = {
      "x\r\n": "expected the type of a reply, got 'x'",
      "\r\n": "expected the type of a reply, got 0x0d",
      "*1\r\n>1\r\n+a\r\n": "expected no push within a reply, got one",
      "|1\r\n+a\r\n>1\r\n+b\r\n": "expected no push within a reply, got one",
      "$?\r\n": "invalid reply length: expected a digit, got '?'",
      "*?\r\n": "invalid reply length: expected a digit, got '?'",
      ".\r\n": "expected the type of a reply, got '.'",
      ";4\r\n": "expected the type of a reply, got ';'",
      "$-2\r\n": "invalid reply length: expected 0 to 536870912 behind '$', got -2",
      "%-1\r\n": "invalid reply length: expected 0 to 1048576 behind '%', got -1",
      "=-1\r\n": "invalid reply length: expected 0 to 536870912 behind '=', got -1",
      "$536870913\r\n": "invalid reply length: expected 0 to 536870912 behind '$', got 536870913",
      "*1048577\r\n": "invalid reply length: expected 0 to 1048576 behind '*', got 1048577",
      "$1\r\nab\r\n": "expected 0x0d behind a bulk, got 'b'",
      "+a\rb\r\n": "expected 0x0a behind 0x0d, got 'b'",
    };
    for (const [text, sentence] of Object.entries(refusals))
      expect(refusal(text), JSON.stringify(text)).toBe(sentence);
    const longest = `+${"x".repeat(FRAME_LIMITS.lineBytesMax)}\r\n`;
    expect(refusal(longest + longest)).toBe("accepted");
    expect(refusal(`+${"x".repeat(FRAME_LIMITS.lineBytesMax + 1)}`)).toBe(
      "too big line: expected at most 65536 bytes in a reply's line",
    );
  });

  test("stays refused: nothing that follows is taken for a reply", () => {
    const framer = new ReplyFramer();
    expect(() => framer.advance(latin1("x"), 0)).toThrow(ProtocolError);
    expect(() => framer.advance(latin1("+OK\r\n"), 0)).toThrow("got 'x'");
  });
});

describe("what a framer keeps is bounded", () => {
  const mebibyte = Buffer.alloc(1 << 20);
  const filled = (text: string) => Buffer.from(mebibyte).fill(text);
  const endless: Readonly<Record<string, readonly [string, Buffer, number]>> = {
    "a bulk of 1 TiB": ["$1099511627776\r\n", mebibyte, 1000],
    "a line without an end": ["+", mebibyte, 20],
    "nothing but attributes": ["", filled("|0\r\n"), 4],
    "an array of 4 billion elements": ["*4294967296\r\n", filled(":1\r\n"), 4],
    "the deepest nesting, over and over": ["*4294967296\r\n", filled(`${"*1\r\n".repeat(31)}:1\r\n`), 4],
  };
  for (const [what, [head, chunk, times]] of Object.entries(endless))
    test(`over ${what}`, () => {
      const framer = new ReplyFramer();
      expect(framer.advance(latin1(head), 0)).toBe(-1);
      for (let time = 0; time < times; time += 1) expect(framer.advance(chunk, 0)).toBe(-1);
      expect(sizeOf(framer)).toBeLessThan(200);
    });
});
