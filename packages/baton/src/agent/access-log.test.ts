// What the access log says, and what it says of what it could not say.
import { expect, test } from "vitest";
import type { SessionEnd } from "../router/visits.ts";
import type { Clock } from "../sys/clock.ts";
import { openAccessLog } from "./access-log.ts";

const clock: Clock = { monotonicMs: () => 0, wallMs: () => 1e12, sleep: () => Promise.resolve() };
const END: SessionEnd = {
  atWallMs: 1e12,
  client: { address: "192.0.2.7", port: 40_000 },
  node: "h1",
  durationMs: 1_234,
  commands: 5,
  bytesFromClient: 140,
  bytesToClient: 35,
  end: "closed",
};

function open() {
  const said: unknown[] = [];
  const reader = { backlogBytes: 0 };
  const log = openAccessLog({
    clock,
    say: (line) => void said.push(JSON.parse(line)),
    backlogBytes: () => reader.backlogBytes,
  });
  return { said, reader, log };
}

test("a session is one line, with everything but what was said in it", () => {
  const { said, log } = open();
  log.of("main", "writes").ended(END);
  const { node: _, commands: __, ...unknown } = END;
  log.of("main", "reads").ended({ ...unknown, client: { address: "2001:db8::7", port: 1 } });
  const common = { kind: "session", time: "2001-09-09T01:46:40.000Z", group: "main", durationMs: 1_234 };
  const rest = { bytesFromClient: 140, bytesToClient: 35, end: "closed" };
  expect(said).toEqual([
    { ...common, port: "writes", client: "192.0.2.7:40000", node: "h1", commands: 5, ...rest },
    { ...common, port: "reads", client: "[2001:db8::7]:1", ...rest },
  ]);
});

test("lines that nobody reads are not kept, but counted, and said as soon as somebody reads", () => {
  const { said, reader, log } = open();
  const port = log.of("main", "writes");
  reader.backlogBytes = (1 << 20) + 1;
  for (let index = 0; index < 7; index += 1) port.ended(END);
  port.lost(3);
  expect(said).toEqual([]);
  reader.backlogBytes = 0;
  port.ended(END);
  expect(said).toMatchObject([{ kind: "sessions-not-logged", count: 10 }, { kind: "session" }]);
});

test("the end of the log says what is not in it", () => {
  const { said, log } = open();
  log.of("main", "reads").lost(2);
  log.close();
  log.close();
  expect(said).toMatchObject([{ kind: "sessions-not-logged", count: 2 }]);
});
