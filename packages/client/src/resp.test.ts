import { expect, test } from "vitest";
import { createDecoder, encode, type Reply } from "./resp.ts";

function decode(chunks: readonly Buffer[]): readonly Reply[] {
  const replies: Reply[] = [];
  const feed = createDecoder((reply) => replies.push(reply));
  for (const chunk of chunks) feed(chunk);
  return replies;
}

const BYTES = Buffer.from(
  "+OK\r\n-ERR no\r\n:-7\r\n$-1\r\n*-1\r\n$4\r\nä\r\n\r\n*2\r\n*1\r\n:1\r\n$0\r\n\r\n",
);
const REPLIES = ["OK", { error: "ERR no" }, -7, null, null, "ä\r\n", [[1], ""]];

test("every reply is understood, wherever the bytes are cut", () => {
  expect(decode([BYTES])).toEqual(REPLIES);
  for (let cut = 1; cut < BYTES.length; cut += 1)
    expect(decode([BYTES.subarray(0, cut), BYTES.subarray(cut)]), `cut at ${cut}`).toEqual(REPLIES);
  expect(decode([...BYTES].map((byte) => Buffer.from([byte])))).toEqual(REPLIES);
});

test("commands are counted in bytes", () => {
  expect(encode([["PING"], ["GET", "ä"]])).toBe("*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$2\r\nä\r\n");
});

test("what is not Redis' protocol, or has no end, is refused", () => {
  expect(() => decode([Buffer.from("HTTP/1.1 400 Bad Request\r\n")])).toThrow("not Redis' protocol");
  expect(() => decode([Buffer.from("$x\r\n")])).toThrow("not Redis' protocol");
  expect(() => decode([Buffer.alloc(5 << 20, "+")])).toThrow("more than");
});
