// What all clients of /api/live are told, compared once for all of them: each part has a version, and a
// client that knows it is told nothing. Nothing here grows with the number of clients, or with time.
import { type GroupRow, isRowNews, rowOf } from "../status/row.ts";
import type { LiveSource } from "./live-source.ts";
import { eventBytes } from "./sse.ts";

/** Something that can be told, as it is at present. */
export interface Told {
  /** Only ever greater; 0 is that of a client that has been told nothing. */
  readonly version: number;
  readonly bytes: Uint8Array;
}

interface Part extends Told {
  readonly json: string;
}

interface Incidents extends Part {
  /** Of the journal's memory, as of which this was made. */
  readonly recalled: number;
  readonly atMs: number;
}

interface Row {
  /** As it was told last. */
  readonly row: GroupRow;
  readonly version: number;
}

const INCIDENTS_MAX = 50;
/** A failover adds to its incident dozens of times: its list is long, and is told once a second at most. */
const INCIDENTS_EVERY_MS = 1_000;

export class LiveState {
  readonly #source: LiveSource;
  readonly #rows = new Map<string, Row>();
  readonly #statuses = new Map<string, Part>();
  readonly #incidents = new Map<string, Incidents>();
  readonly #touched = new Set<string>();
  /** Of statuses and incidents. */
  #version = 0;
  #rowsVersion = 0;
  /** The rows for whoever was up to date the last time that one changed: almost everybody, each time. */
  #change: (Told & { readonly from: number }) | undefined;
  #whole: Told | undefined;

  constructor(source: LiveSource) {
    this.#source = source;
  }

  /** There was a turn of that group. */
  touch(group: string): void {
    this.#touched.add(group);
  }

  touchAll(): void {
    for (const group of this.#source.groups) this.#touched.add(group);
  }

  /** Compares what was touched with what was told. `wanted`: groups of which somebody wants everything. */
  refresh(wanted: ReadonlySet<string>): void {
    const from = this.#rowsVersion;
    const version = from + 1;
    const changed: GroupRow[] = [];
    const missing = [...wanted].filter((name) => !this.#statuses.has(name));
    for (const name of new Set([...this.#touched, ...missing])) {
      const status = this.#source.status(name);
      const row = rowOf(status);
      const told = this.#rows.get(name);
      if (told === undefined || isRowNews(told.row, row)) {
        this.#rows.set(name, { row, version });
        changed.push(row);
      }
      if (wanted.has(name)) this.#keep(this.#statuses, "group", name, JSON.stringify(status));
    }
    this.#touched.clear();
    if (changed.length > 0) {
      this.#rowsVersion = version;
      this.#change = { from, version, bytes: this.#overview(changed, false) };
    }
    for (const name of wanted) this.#recall(name);
    for (const parts of [this.#statuses, this.#incidents])
      for (const name of parts.keys()) if (!wanted.has(name)) parts.delete(name);
  }

  /** What of the overview is news for whoever knows it as of that version. */
  overview(known: number): Told | undefined {
    const version = this.#rowsVersion;
    if (known === version) return undefined;
    if (known === this.#change?.from && known > 0) return this.#change;
    if (known > 0) {
      const rows = [...this.#rows.values()].filter((one) => one.version > known);
      return {
        version,
        bytes: this.#overview(
          rows.map(({ row }) => row),
          false,
        ),
      };
    }
    if (this.#whole?.version === version) return this.#whole;
    const rows = this.#source.groups.flatMap((name) => this.#rows.get(name)?.row ?? []);
    this.#whole = { version, bytes: this.#overview(rows, true) };
    return this.#whole;
  }

  group(name: string, known: number): Told | undefined {
    const part = this.#statuses.get(name);
    return part === undefined || part.version === known ? undefined : part;
  }

  incidents(name: string, known: number): Told | undefined {
    const part = this.#incidents.get(name);
    return part === undefined || part.version === known ? undefined : part;
  }

  #overview(rows: readonly GroupRow[], isWhole: boolean): Uint8Array {
    const at = new Date(this.#source.clock.wallMs()).toISOString();
    return eventBytes("overview", JSON.stringify({ isWhole, at, rows }));
  }

  #recall(name: string): void {
    const { recall, clock } = this.#source;
    const part = this.#incidents.get(name);
    const recalled = recall.version(name);
    const atMs = clock.monotonicMs();
    if (!recall.isReady() || part?.recalled === recalled) return;
    if (part !== undefined && atMs - part.atMs < INCIDENTS_EVERY_MS) return;
    const json = JSON.stringify({ group: name, incidents: recall.incidents(name, INCIDENTS_MAX) });
    const { version, bytes } = this.#newer(part, "incidents", json);
    this.#incidents.set(name, { version, bytes, json, recalled, atMs });
  }

  #keep(parts: Map<string, Part>, event: string, name: string, json: string): void {
    const before = parts.get(name);
    if (before?.json !== json) parts.set(name, this.#newer(before, event, json));
  }

  #newer(before: Part | undefined, event: string, json: string): Part {
    if (before?.json === json) return before;
    this.#version += 1;
    return { version: this.#version, bytes: eventBytes(event, json), json };
  }
}
