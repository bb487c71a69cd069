// Streams of replies and pushes for the framers' tests, each with the frames that it is made of.
import fc from "fast-check";
import { type Stream, type Subject, body, latin1, streamOf } from "./frames.fixture.ts";
import type { ReplyFramer } from "./replies.ts";

const text = fc.string({ maxLength: 20 }).map((each) => each.replaceAll(/[\r\n]/g, " "));

const line = fc.oneof(
  fc.tuple(fc.constantFrom("+", "-"), text).map(([type, rest]) => type + rest),
  fc.maxSafeInteger().map((number) => `:${number}`),
  fc.bigInt().map((number) => `(${number}`),
  fc.double().map((number) => `,${number}`),
  fc.constantFrom("_", "#t", "#f", ",inf", ",nan", "+", "$-1", "*-1", "*0", "~0", "%0", "$0\r\n"),
);
const bulk = fc
  .tuple(fc.constantFrom("$", "!", "="), body)
  .map(([type, bytes]) => Buffer.concat([latin1(`${type}${bytes.length}\r\n`), bytes, latin1("\r\n")]));
const leaf = fc.oneof(
  line.map((each) => latin1(`${each}\r\n`)),
  bulk,
);

function aggregate(type: string, elements: readonly Buffer[]): Buffer {
  const isPairs = type === "%" || type === "|";
  const whole = isPairs ? elements.slice(0, elements.length - (elements.length % 2)) : elements;
  const count = isPairs ? whole.length / 2 : whole.length;
  return Buffer.concat([latin1(`${type}${count}\r\n`), ...whole]);
}

/** With an attribute in front now and then, on any level. */
const { element } = fc.letrec<{ element: Buffer; bare: Buffer; attribute: Buffer }>((tie) => ({
  element: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("bare"),
    fc.tuple(tie("attribute"), tie("bare")).map((each) => Buffer.concat(each)),
  ),
  attribute: fc.array(tie("element"), { maxLength: 4 }).map((each) => aggregate("|", each)),
  bare: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom("*", "~", "%"), fc.array(tie("element"), { maxLength: 4 }))
      .map(([type, elements]) => aggregate(type, elements)),
  ),
}));

const attribute = fc.array(element, { maxLength: 4 }).map((each) => aggregate("|", each));
const push = fc.array(element, { maxLength: 4 }).map((each) => aggregate(">", each));
/** `element` may begin with an attribute; here what is described has to be the byte behind it. */
const top = fc
  .tuple(
    fc.option(attribute, { nil: Buffer.alloc(0) }),
    fc.oneof(leaf, push, element).filter((bytes) => bytes[0] !== 0x7c),
  )
  .map(([before, bytes]) => ({
    bytes: Buffer.concat([before, bytes]),
    what: described(bytes[0] ?? 0, bytes[0] === 0x3e),
  }));

export const replyStreams: fc.Arbitrary<Stream> = fc.array(top, { maxLength: 6 }).map(streamOf);

const described = (type: number, isPush: boolean) =>
  `${String.fromCodePoint(type)}${isPush ? " push" : ""}`;

type ReplyView = Pick<ReplyFramer, "advance" | "type" | "isPush">;

export const replySubject = (open: () => ReplyView): Subject<ReplyView> => ({
  open,
  describe: (framer) => described(framer.type, framer.isPush),
});
