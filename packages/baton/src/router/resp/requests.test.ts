import { describe, expect, test } from "vitest";
import { feed, latin1, lookup, sizeOf } from "./frames.fixture.ts";
import { FRAME_LIMITS, ProtocolError } from "./limits.ts";
import { bulks, requestSubject } from "./requests.fixture.ts";
import { RequestFramer } from "./requests.ts";

const subject = requestSubject(() => new RequestFramer(lookup));
const words = (...each: string[]) => bulks(each.map(latin1));

/** The captured arguments of one HELLO that is sent as a line, each as text. */
function split(line: string): string[] {
  const framer = new RequestFramer(lookup);
  const bytes = latin1(`hello ${line}\r\n`);
  expect(framer.advance(bytes, 0)).toBe(bytes.length);
  return (framer.captured ?? []).map((word) => word.toString("latin1"));
}

function refusal(text: string): string {
  const [last] = feed(subject, latin1(text)).slice(-1);
  return last?.end === -1 ? last.what.replace("ProtocolError: Protocol error: ", "") : "accepted";
}

describe("a command", () => {
  test("ends behind its last CRLF, and the next one begins there", () => {
    const bytes = Buffer.concat([words("SET", "key", "a\r\nb"), words("PING")]);
    const framer = new RequestFramer(lookup);
    const end = framer.advance(bytes, 0);
    expect([end, framer.command?.name]).toEqual([bytes.length - "*1\r\n$4\r\nPING\r\n".length, "set"]);
    expect([framer.advance(bytes, end), framer.command?.name]).toEqual([bytes.length, "ping"]);
    expect([framer.advance(bytes, bytes.length), framer.command]).toEqual([-1, undefined]);
  });

  test("is known by its name as soon as that is complete, and is under way until it ends", () => {
    const framer = new RequestFramer(lookup);
    expect([framer.isMidCommand, framer.command]).toEqual([false, undefined]);
    framer.advance(latin1("*2\r\n$3\r\nGE"), 0);
    expect([framer.isMidCommand, framer.command]).toEqual([true, undefined]);
    framer.advance(latin1("T"), 0);
    expect([framer.isMidCommand, framer.command?.name]).toEqual([true, "get"]);
    expect(framer.advance(latin1("\r\n$1\r\nk\r\n"), 0)).toBe(9);
    expect([framer.isMidCommand, framer.command?.name]).toEqual([false, "get"]);
  });

  test("without a word is none: its bytes go to the next one, and nothing is under way", () => {
    const framer = new RequestFramer(lookup);
    const empties = latin1("*0\r\n\r\n  \t\r\n*-1\r\n\n*-7\r\n");
    expect(framer.advance(empties, 0)).toBe(-1);
    expect([framer.isMidCommand, framer.command]).toEqual([false, undefined]);
    expect(feed(subject, Buffer.concat([empties, words("PING")]))).toEqual([
      { end: empties.length + 14, what: "ping: none" },
    ]);
  });

  test("may have an empty name, which Redis answers with an error", () => {
    const found = [{ end: 10, what: ": none" }];
    expect(feed(subject, words(""))).toEqual(found);
    expect(feed(subject, latin1('""      \r\n'))).toEqual(found);
  });

  test("is looked up by its name as it was sent, and by the beginning of one that is endless", () => {
    const asked: string[] = [];
    const framer = new RequestFramer((name) => {
      asked.push(name);
      return lookup(name);
    });
    const long = "n".repeat(1000);
    for (const name of ["gEt", "gEt", "\u00e9", long]) framer.advance(words(name), 0);
    framer.advance(words(long).subarray(0, 500), 0);
    framer.advance(words(long).subarray(500), 0);
    expect(asked).toEqual(["gEt", "gEt", "\u00e9", "n".repeat(64), "n".repeat(64)]);
  });
});

describe("captured arguments", () => {
  test("are copies, there when the command has ended, and stay what they are afterwards", () => {
    const framer = new RequestFramer(lookup);
    const bytes = words("AUTH", "default", "secret");
    framer.advance(bytes.subarray(0, bytes.length - 1), 0);
    expect(framer.captured).toBeUndefined();
    framer.advance(bytes.subarray(bytes.length - 1), 0);
    const { captured } = framer;
    bytes.fill(0);
    framer.advance(words("SELECT", "1"), 0);
    expect(captured?.map(String)).toEqual(["default", "secret"]);
    expect(framer.captured?.map(String)).toEqual(["1"]);
  });

  test("are not there for a command that is not to be captured, even behind one that is", () => {
    const framer = new RequestFramer(lookup);
    framer.advance(words("AUTH", "secret"), 0);
    framer.advance(words("SET", "key", "value"), 0);
    expect(framer.captured).toBeUndefined();
  });

  test("of one command leave the next one its own 16 KiB", () => {
    const framer = new RequestFramer(lookup);
    for (let time = 0; time < 3; time += 1) {
      framer.advance(words("AUTH", "s".repeat(16 * 1024)), 0);
      expect(framer.captured?.length).toBe(1);
    }
  });

  test("are given up beyond 64, and beyond 16 KiB in all, while the frame stays right", () => {
    const count = (each: readonly string[], cut: number) => {
      const framer = new RequestFramer(lookup);
      const bytes = words("CLIENT", ...each);
      if (framer.advance(bytes.subarray(0, cut), 0) === -1)
        expect(framer.advance(bytes.subarray(cut), 0)).toBe(bytes.length - cut);
      return framer.captured?.length;
    };
    for (const cut of [0, 5, 100, 300]) {
      expect(count(Array.from({ length: 64 }, String), cut)).toBe(64);
      expect(count(Array.from({ length: 65 }, String), cut)).toBeUndefined();
      expect(count(["a", "b".repeat(16 * 1024 - 1)], cut)).toBe(2);
      expect(count(["a", "b".repeat(16 * 1024)], cut)).toBeUndefined();
    }
  });
});

describe("an inline command", () => {
  test("is split at spaces, at its end CRLF or LF alone", () => {
    expect(split(" 3  AUTH\tdefault \v x ")).toEqual(["3", "AUTH", "default", "x"]);
    expect(feed(subject, latin1("PING\nGET k\r\n")).map(({ end }) => end)).toEqual([5, 12]);
  });

  test("keeps a vertical tab within a word, as Redis does", () => {
    expect(split("a\vb")).toEqual(["a\vb"]);
  });

  test("has quotes and escapes as in Redis: all of them in double quotes, one in single", () => {
    expect(split(`"a b" 'c d' "" '' e"f g" h'i j'`)).toEqual(["a b", "c d", "", "", "ef g", "hi j"]);
    expect(split(String.raw`"\n\r\t\b\a\\\"\q"`)).toEqual(['\n\r\t\b\u0007\\"q']);
    expect(split(String.raw`'\n\' \\x'`)).toEqual([String.raw`\n' \\x`]);
  });

  test("has hexadecimal bytes, and the letter x where two digits are missing", () => {
    expect(split(String.raw`"\x41\xfF\x00"`)).toEqual(["A\u00ff\0"]);
    expect(split(String.raw`"\x4" "\xg1" "\x4\x41" "\x"`)).toEqual(["x4", "xg1", "x4A", "x"]);
  });

  test("is refused with quotes that do not close, or close in the middle of a word", () => {
    for (const line of ['"a', "'a", '"a\\', String.raw`"a\"`, `'a'b`, `"a""b"`, '"a\nb"'])
      expect(refusal(`PING ${line}\r\n`), line).toBe("unbalanced quotes in request");
  });

  test("is refused beyond 64 KiB, whether its end has come or not, and with a zero byte", () => {
    const { lineBytesMax } = FRAME_LIMITS;
    expect(refusal(`${"x".repeat(lineBytesMax)}\n`)).toBe("accepted");
    for (const end of ["", "\n"])
      expect(refusal(`${"x".repeat(lineBytesMax + 1)}${end}`)).toBe(
        "too big inline request: expected at most 65536 bytes in a line",
      );
    expect(refusal("PING \0\n")).toBe("expected no 0x00 in an inline request, got one");
  });
});

describe("what is no command", () => {
  test("is refused with what was found and what was expected", () => {
    const refusals: Readonly<Record<string, string>> = {
      "*1\r\nx4\r\n": "expected '$', got 'x'",
      "*1\r\n\r\n": "expected '$', got 0x0d",
      "*x\r\n": "invalid multibulk length: expected a digit, got 'x'",
      "*\r\n": "invalid multibulk length: expected a digit, got 0x0d",
      "*+1\r\n": "invalid multibulk length: expected a digit, got '+'",
      "*-\r\n": "invalid multibulk length: expected a digit, got 0x0d",
      "*01\r\n": "invalid multibulk length: expected no leading zero",
      "*-0\r\n": "invalid multibulk length: expected a number other than -0",
      "*1\rx": "invalid multibulk length: expected 0x0a, got 'x'",
      "*1\n": "invalid multibulk length: expected a digit, got 0x0a",
      "*1048577\r\n": "invalid multibulk length: expected at most 1048576, got 1048577",
      "*1000000000000000\r\n": "invalid multibulk length: expected at most 15 digits",
      "*1\r\n$-1\r\n": "invalid bulk length: expected 0 to 536870912, got -1",
      "*1\r\n$536870913\r\n": "invalid bulk length: expected 0 to 536870912, got 536870913",
      "*1\r\n$4\r\nPINGS\r\n": "expected 0x0d behind an argument, got 'S'",
      "*1\r\n$4\r\nPING\rx": "expected 0x0a behind an argument, got 'x'",
    };
    for (const [text, sentence] of Object.entries(refusals))
      expect(refusal(text), JSON.stringify(text)).toBe(sentence);
  });

  test("stays refused: nothing that follows is taken for a command", () => {
    const framer = new RequestFramer(lookup);
    expect(() => framer.advance(latin1("*x\r\n"), 0)).toThrow(ProtocolError);
    expect(() => framer.advance(words("PING"), 0)).toThrow("expected a digit, got 'x'");
  });

  test("is not an error of the lookup, which is a bug and is passed on as it is", () => {
    const framer = new RequestFramer(() => {
      throw new TypeError("bug");
    });
    expect(() => framer.advance(words("PING"), 0)).toThrow(TypeError);
  });
});

describe("what a framer keeps is bounded", () => {
  const mebibyte = Buffer.alloc(1 << 20);
  const filled = (text: string) => Buffer.from(mebibyte).fill(text);
  const endless: Readonly<Record<string, readonly [string, Buffer, number]>> = {
    "a body of 512 MiB": ["*2\r\n$3\r\nSET\r\n$536870912\r\n", mebibyte, 500],
    "a captured body of 512 MiB": ["*2\r\n$4\r\nAUTH\r\n$536870912\r\n", mebibyte, 500],
    "a name of 512 MiB": ["*1\r\n$536870912\r\n", mebibyte, 500],
    "nothing but empty commands": ["", filled("*0\r\n"), 4],
    "nothing but empty lines": ["", filled("\r\n"), 4],
    "a million captured arguments": ["*1048576\r\n$4\r\nAUTH\r\n", filled("$2\r\nab\r\n"), 7],
  };
  for (const [what, [head, chunk, times]] of Object.entries(endless))
    test(`over ${what}`, () => {
      const framer = new RequestFramer(lookup);
      expect(framer.advance(latin1(head), 0)).toBe(-1);
      let sizeMax = 0;
      for (let time = 0; time < times; time += 1) {
        expect(framer.advance(chunk, 0)).toBe(-1);
        sizeMax = Math.max(sizeMax, sizeOf(framer));
      }
      expect(sizeMax).toBeLessThan(1000);
    });

  test("over captured arguments that come byte by byte, at 16 KiB and their slack", () => {
    const framer = new RequestFramer(lookup);
    framer.advance(latin1("hello "), 0);
    const byte = latin1("x");
    for (let count = 0; count < 60_000; count += 1) framer.advance(byte, 0);
    expect(sizeOf(framer)).toBeLessThan(1000);
    expect(framer.advance(latin1("\n"), 0)).toBe(1);
    expect([framer.command?.name, framer.captured]).toEqual(["hello", undefined]);
  });
});
