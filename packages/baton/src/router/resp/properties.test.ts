import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Stream,
  type Subject,
  cuts,
  damaged,
  feed,
  garbage,
  lookup,
  sizeOf,
} from "./frames.fixture.ts";
import { ReplyFramer } from "./replies.ts";
import { replyStreams, replySubject } from "./replies.fixture.ts";
import { RequestFramer } from "./requests.ts";
import { requestStreams, requestSubject } from "./requests.fixture.ts";

/** The same streams at every run: a change is judged by what it changed. */
const seed = 4_170_613;
const numRuns = 300;

type Framer = { advance(chunk: Buffer, offset: number): number };

/** The promise of a framer: whatever the pieces, it finds what the stream is made of. */
function findsEveryFrame<F extends Framer>(streams: fc.Arbitrary<Stream>, subject: Subject<F>): void {
  fc.assert(
    fc.property(streams, cuts, ({ bytes, frames }, places) => {
      expect(feed(subject, bytes)).toEqual(frames);
      expect(feed(subject, bytes, places)).toEqual(frames);
    }),
    { seed, numRuns },
  );
}

/** And what it promises of everything else. */
function framesOrRefuses<F extends Framer>(inputs: fc.Arbitrary<Buffer>, subject: Subject<F>): void {
  fc.assert(
    fc.property(inputs, cuts, (bytes, places) => {
      let framer: F | undefined;
      const watched = { ...subject, open: () => (framer = subject.open()) };
      const whole = feed(watched, bytes);
      expect(sizeOf(framer)).toBeLessThan(2000);
      const failures = whole.filter(({ end }) => end === -1);
      for (const { what } of failures) expect(what).toMatch(/^ProtocolError: Protocol error: [ -~]+$/);
      expect(feed(watched, bytes, places)).toEqual(whole);
    }),
    { seed, numRuns },
  );
}

const requests = requestSubject(() => new RequestFramer(lookup));
const replies = replySubject(() => new ReplyFramer());

describe("any stream, cut anywhere", () => {
  test("of commands gives the same ends, names and captured arguments", () => {
    findsEveryFrame(requestStreams, requests);
  });

  test("of replies gives the same ends and types", () => {
    findsEveryFrame(replyStreams, replies);
  });

  test("cut behind every single byte gives the same frames", () => {
    fc.assert(
      fc.property(requestStreams, replyStreams, (sent, answered) => {
        const everywhere = ({ bytes }: Stream) => [...bytes.keys()];
        expect(feed(requests, sent.bytes, everywhere(sent))).toEqual(sent.frames);
        expect(feed(replies, answered.bytes, everywhere(answered))).toEqual(answered.frames);
      }),
      { seed, numRuns: 100 },
    );
  });
});

describe("any garbage", () => {
  test("from a client gives commands or a ProtocolError, the same however it is cut", () => {
    framesOrRefuses(fc.oneof(garbage, damaged(requestStreams)), requests);
  });

  test("from a server gives replies or a ProtocolError, the same however it is cut", () => {
    framesOrRefuses(fc.oneof(garbage, damaged(replyStreams)), replies);
  });
});

/** Loses what it knows when a chunk ends in the middle. */
class Forgetful {
  private inner = new ReplyFramer();
  advance(chunk: Buffer, offset: number): number {
    if (offset === 0) this.inner = new ReplyFramer();
    return this.inner.advance(chunk, offset);
  }
  get type(): number {
    return this.inner.type;
  }
  get isPush(): boolean {
    return this.inner.isPush;
  }
}

/** Takes a null for an empty bulk, which is two bytes longer. */
class LongNulls extends ReplyFramer {
  override advance(chunk: Buffer, offset: number): number {
    const end = super.advance(chunk, offset);
    const isNull = chunk.toString("latin1", offset, end) === "$-1\r\n";
    return isNull ? Math.min(end + 2, chunk.length) : end;
  }
}

/** Takes an attribute for a reply of its own. */
class LooseAttributes extends ReplyFramer {
  override advance(chunk: Buffer, offset: number): number {
    if (chunk[offset] !== 0x7c || this.isMidReply) return super.advance(chunk, offset);
    const plain = Buffer.from(chunk);
    plain[offset] = 0x25;
    return super.advance(plain, offset);
  }
}

/** Looks for line ends within bodies instead of skipping them, where it has a whole command. */
class LineCounter extends RequestFramer {
  override advance(chunk: Buffer, offset: number): number {
    const isFresh = !this.isMidCommand;
    const end = super.advance(chunk, offset);
    const count = chunk[offset] === 0x2a ? Number.parseInt(chunk.toString("latin1", offset + 1), 10) : 0;
    if (end === -1 || !isFresh || count <= 0) return end;
    let at = offset;
    for (let line = 0; line < 1 + 2 * count; line += 1) at = chunk.indexOf("\r\n", at) + 2;
    return at;
  }
}

/** Knows where the arguments of a command end, and keeps one too few. */
class Forgetter extends RequestFramer {
  override get captured(): readonly Buffer[] | undefined {
    return super.captured?.slice(0, 4);
  }
}

describe("the properties above find", () => {
  const planted: readonly [string, () => void][] = [
    [
      "a framer that forgets its state between chunks",
      () =>
        findsEveryFrame(
          replyStreams,
          replySubject(() => new Forgetful()),
        ),
    ],
    [
      "a framer that counts a null as two bytes more",
      () =>
        findsEveryFrame(
          replyStreams,
          replySubject(() => new LongNulls()),
        ),
    ],
    [
      "a framer that takes an attribute for a reply",
      () =>
        findsEveryFrame(
          replyStreams,
          replySubject(() => new LooseAttributes()),
        ),
    ],
    [
      "a framer that looks for line ends within bodies",
      () =>
        findsEveryFrame(
          requestStreams,
          requestSubject(() => new LineCounter(lookup)),
        ),
    ],
    [
      "a framer that loses the fifth captured argument",
      () =>
        findsEveryFrame(
          requestStreams,
          requestSubject(() => new Forgetter(lookup)),
        ),
    ],
  ];
  for (const [what, run] of planted)
    test(what, () => {
      expect(run).toThrow(/Property failed after/);
    });
});
