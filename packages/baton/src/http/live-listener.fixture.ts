// A client of /api/live for tests: keeps every event that it is told, with the time of its arrival.
import { get, type IncomingMessage } from "node:http";
import type { Incident } from "../journal/incidents.ts";
import type { JournalEntry } from "../journal/journal.ts";
import type { GroupRow } from "../status/row.ts";
import type { GroupStatus } from "../status/status.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";

/** By event: its data. */
export interface Told {
  readonly hello: {
    readonly observedBy: string;
    readonly groups: number;
    readonly canChange: boolean;
  };
  readonly overview: {
    readonly isWhole: boolean;
    readonly at: string;
    readonly rows: readonly GroupRow[];
  };
  readonly group: GroupStatus;
  readonly journal: JournalEntry;
  readonly incidents: { readonly group: string; readonly incidents: readonly Incident[] };
  readonly pulse: { readonly at: string; readonly oldestTurnMs: number | null };
}

export interface Heard {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** One block of the stream; undefined for a comment, or the time after which to come back. */
export function eventIn(block: string, atMs = 0): Heard | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const [, name = "", value = ""] = /^(\w*): ?(.*)$/.exec(line) ?? [];
    fields.set(name, value);
  }
  const [event, data] = [fields.get("event"), fields.get("data")];
  if (event === undefined || data === undefined) return undefined;
  return { event, id: fields.get("id"), data: JSON.parse(data), atMs };
}

export class Listener {
  readonly message: IncomingMessage;
  readonly heard: Heard[] = [];
  #rest = "";

  constructor(message: IncomingMessage) {
    this.message = message;
    message.setEncoding("utf8").on("data", (chunk: string) => {
      const blocks = `${this.#rest}${chunk}`.split("\n\n");
      this.#rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = eventIn(block, Date.now());
        if (event !== undefined) this.heard.push(event);
      }
    });
    // It ends with whoever tells.
    message.on("error", () => undefined);
  }

  all<K extends keyof Told>(kind: K): readonly Told[K][] {
    return this.heard.flatMap(({ event, data }) => (event === kind ? [data as Told[K]] : []));
  }

  kinds(): readonly string[] {
    return this.heard.map(({ event }) => event);
  }

  ids(): readonly number[] {
    return this.heard.flatMap(({ id }) => (id === undefined ? [] : [Number(id)]));
  }

  /** The first event of this kind that is wanted, with the time of its arrival. */
  async until<K extends keyof Told>(
    kind: K,
    isWanted: (one: Told[K]) => boolean = () => true,
    withinMs = 5_000,
  ): Promise<{ readonly data: Told[K]; readonly atMs: number }> {
    const look = () => {
      const found = this.heard.find(({ event, data }) => event === kind && isWanted(data as Told[K]));
      return found === undefined
        ? missing(JSON.stringify(this.heard.at(-1) ?? "any event").slice(0, 300))
        : seen({ data: found.data as Told[K], atMs: found.atMs });
    };
    return await waitFor(`an event ${kind}`, look, { withinMs, everyMs: 5 });
  }
}

export const ask = async (
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<IncomingMessage> =>
  await new Promise((resolve, reject) => {
    get(url, { headers }, resolve).once("error", reject);
  });

export const listen = async (url: string): Promise<Listener> => new Listener(await ask(url));
