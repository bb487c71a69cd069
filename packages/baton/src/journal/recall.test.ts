// What is remembered of a journal: what earlier runs wrote, what is written now, each once.
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../sys/clock.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import type { JournalEntry } from "./entry.ts";
import { type Journal, openJournal } from "./journal.ts";
import { openRecall, type Recall } from "./recall.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const AT_MS = Date.parse("2026-03-14T09:00:00.000Z");
const routed = (epoch: number, node: string) => ({
  kind: "decision" as const,
  group: "main",
  sentence: `${node} in epoch ${epoch}`,
  facts: { route: { kind: "primary", node, epoch, confirmed: true } },
});
const earlier = (id: number, fields: Omit<JournalEntry, "id" | "at" | "monotonicMs">): JournalEntry => ({
  id,
  at: new Date(AT_MS + id * 1_000).toISOString(),
  monotonicMs: id,
  ...fields,
});

/** A journal that goes on behind these entries, as one does after a restart. */
function journalAfter(lastId: number): Journal {
  const journal = openJournal("/dev/null/journal.jsonl", systemClock, () => undefined);
  for (let id = 0; id < lastId; id += 1) journal.write({ kind: "note", group: "x", sentence: "before" });
  return {
    ...journal,
    after: (id) => journal.after(Math.max(id, lastId)),
  };
}

async function* entries(list: readonly JournalEntry[]): AsyncGenerator<JournalEntry> {
  yield* list;
}

function opened(
  journal: Journal,
  list: AsyncIterable<JournalEntry>,
  signal = new AbortController().signal,
) {
  const troubles: string[] = [];
  const onTrouble = ({ message }: Error) => troubles.push(message);
  const recall = openRecall({ journal, earlier: list, signal, onTrouble });
  closers.push(() => recall.close());
  return { recall, troubles };
}

const untilReady = async (recall: Recall) =>
  await waitFor("the journal to be read", () => (recall.isReady() ? seen(true) : missing("its end")), {
    withinMs: 5_000,
    everyMs: 1,
  });

test("incidents of an earlier run go on in this one", async () => {
  const journal = journalAfter(2);
  const { recall } = opened(
    journal,
    entries([earlier(1, routed(1, "h1")), earlier(2, routed(2, "h2"))]),
  );
  journal.write(routed(3, "h3"));
  await untilReady(recall);
  const told = recall.incidents("main", 50);
  expect(told.map(({ from, to, epoch }) => [from, to, epoch])).toEqual([
    ["h1", "h2", 2],
    ["h2", "h3", 3],
  ]);
  const version = recall.version("main");
  journal.write(routed(4, "h1"));
  expect(recall.version("main")).not.toBe(version);
  expect(recall.incidents("main", 1).map(({ epoch }) => epoch)).toEqual([4]);
  expect([recall.version("other"), recall.incidents("other", 50)]).toEqual([0, []]);
});

test("an entry that the file already has when it is read counts once", async () => {
  const journal = journalAfter(1);
  const written = journal.write(routed(2, "h2"));
  const { recall } = opened(journal, entries([earlier(1, routed(1, "h1")), written]));
  await untilReady(recall);
  expect(recall.incidents("main", 50)).toHaveLength(1);
  expect(recall.after(0).map(({ id }) => id)).toEqual([1, 2]);
});

test("entries of an earlier run are given as far as they are remembered, the newest 200", async () => {
  const note = (id: number) => earlier(id, { kind: "note", group: "main", sentence: `${id}` });
  const journal = journalAfter(300);
  const list = Array.from({ length: 300 }, (_, index) => note(index + 1));
  const { recall } = opened(journal, entries(list));
  await untilReady(recall);
  journal.write({ kind: "note", group: "main", sentence: "now" });
  const ids = recall.after(0).map(({ id }) => id);
  expect([ids.length, ids[0], ids.at(-1)]).toEqual([201, 101, 301]);
  expect(recall.after(299).map(({ id }) => id)).toEqual([300, 301]);
});

test("a file that cannot be read, or never ends, leaves what is written now", async () => {
  const journal = journalAfter(1);
  async function* broken(): AsyncGenerator<JournalEntry> {
    yield earlier(1, routed(1, "h1"));
    throw new Error("EIO");
  }
  const { recall, troubles } = opened(journal, broken());
  await untilReady(recall);
  journal.write(routed(2, "h2"));
  expect([troubles, recall.incidents("main", 50).length]).toEqual([["EIO"], 1]);

  async function* hanging(): AsyncGenerator<JournalEntry> {
    yield earlier(1, routed(1, "h1"));
    await new Promise(() => undefined);
  }
  const deadline = new AbortController();
  const { recall: other } = opened(journalAfter(1), hanging(), deadline.signal);
  await new Promise(setImmediate);
  expect(other.isReady()).toBe(false);
  deadline.abort();
  expect(other.isReady()).toBe(true);
});
