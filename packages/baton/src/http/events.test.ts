import { get, type IncomingMessage } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openJournal } from "../journal/journal.ts";
import { systemClock } from "../sys/clock.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { type EventHub, openEvents } from "./events.ts";
import { partsFor } from "./parts.fixture.ts";
import { openHttp } from "./server.ts";

const journalInMemory = () => openJournal("/dev/null/journal.jsonl", systemClock, () => undefined);
let journal = journalInMemory();
let hub: EventHub | undefined;
const closers: (() => void | Promise<void>)[] = [];
beforeEach(() => {
  journal = journalInMemory();
});
afterEach(async () => {
  hub?.close();
  for (const close of closers.splice(0)) await close();
});
const write = (sentence: string) => journal.write({ kind: "note", group: "main", sentence });

function readerOf(stream: ReadableStream<Uint8Array> | undefined) {
  const reader = stream?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  return {
    async until(pattern: RegExp): Promise<string> {
      while (!pattern.test(text)) {
        const chunk = await reader?.read();
        if (chunk === undefined || chunk.done) throw new Error(`the stream ends with: ${text}`);
        text += decoder.decode(chunk.value);
      }
      return text;
    },
    cancel: async () => await reader?.cancel(),
  };
}

test("an entry is sent as it is written, with id, kind and JSON; older ones are not", async () => {
  write("before");
  hub = openEvents({ journal });
  const reader = readerOf(hub.open(undefined));
  const entry = write("now");
  const text = await reader.until(/now/);
  expect(text).toContain(`id: 2\nevent: note\ndata: ${JSON.stringify(entry)}\n\n`);
  expect(text).not.toContain("before");
});

test("whoever comes back gets what it missed, once and in order", async () => {
  for (const sentence of ["one", "two", "three"]) write(sentence);
  hub = openEvents({ journal });
  const reader = readerOf(hub.open(1));
  write("four");
  const text = await reader.until(/four/);
  expect(text.match(/^id: \d+/gm)).toEqual(["id: 2", "id: 3", "id: 4"]);
});

test("whoever waits for the next entry gets each of them once", async () => {
  hub = openEvents({ journal });
  const reader = readerOf(hub.open(undefined));
  await reader.until(/retry/);
  const waiting = reader.until(/three/);
  for (const sentence of ["one", "two", "three"]) {
    write(sentence);
    // A turn of the event loop, in which it takes what is there and waits again.
    await new Promise(setImmediate);
  }
  const text = await waiting;
  expect(text.match(/^id: \d+/gm)).toEqual(["id: 1", "id: 2", "id: 3"]);
});

test("an id of a journal that is gone begins with now", async () => {
  write("one");
  hub = openEvents({ journal });
  const reader = readerOf(hub.open(900));
  write("two");
  expect(await reader.until(/two/)).not.toContain("one");
});

test("there is a limit of clients, and a place is free again when one leaves", async () => {
  hub = openEvents({ journal, clientsMax: 2 });
  const first = readerOf(hub.open(undefined));
  expect([hub.open(undefined) !== undefined, hub.open(undefined)]).toEqual([true, undefined]);
  await first.cancel();
  expect(hub.clients()).toBe(1);
  expect(hub.open(undefined)).toBeDefined();
});

test("a client that does not read fills its own buffer only, and is dropped", async () => {
  hub = openEvents({ journal, pingMs: 20, unreadBytesMax: 2_000 });
  const stream = hub.open(undefined);
  for (let index = 0; index < 100; index += 1) write(`entry ${index}`);
  const open = hub;
  await waitFor("the drop", () => (open.clients() === 0 ? seen(true) : missing("it is still there")), {
    withinMs: 5_000,
    everyMs: 10,
  });
  await expect(readerOf(stream).until(/entry 99/)).rejects.toThrow("the client does not read");
});

test("a client that reads late gets everything, from the journal's memory", async () => {
  hub = openEvents({ journal, unreadBytesMax: 500 });
  const stream = hub.open(undefined);
  for (let index = 0; index < 100; index += 1) write(`entry ${index}.`);
  const text = await readerOf(stream).until(/entry 99\./);
  expect(text.match(/^id: /gm)).toHaveLength(100);
});

test("silence is broken by pings", async () => {
  hub = openEvents({ journal, pingMs: 20 });
  await readerOf(hub.open(undefined)).until(/: ping\n\n.*: ping\n\n/s);
});

test("over a socket: flushed at once, freed on disconnect, ended on close, and HEAD opens none", async () => {
  const server = await openHttp(partsFor({ journal }));
  closers.push(() => server.close());
  const url = `${server.url}/api/events`;
  expect((await fetch(url, { method: "HEAD" })).headers.get("content-type")).toBe("text/event-stream");
  const open = async () =>
    await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { headers: { "last-event-id": "0" } }, resolve).once("error", reject);
    });
  for (let round = 0; round < 40; round += 1) {
    // More than may listen at once: each one's place must come free when it hangs up.
    const message = await waitFor(
      "a place",
      async () => {
        const got = await open();
        if (got.statusCode === 200) return seen(got);
        got.destroy();
        return missing(`status ${got.statusCode}`);
      },
      { withinMs: 5_000, everyMs: 10 },
    );
    if (round < 39) message.destroy();
    else {
      let text = "";
      message.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      write("over the wire");
      const arrived = () => (text.includes("over the wire") ? seen(true) : missing(text));
      await waitFor("the event", arrived, { withinMs: 5_000, everyMs: 5 });
      const ended = new Promise((resolve) => message.once("close", resolve));
      await server.close();
      await ended;
    }
  }
});
