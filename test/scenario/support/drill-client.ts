// Drill-clients of recipes from a test's point of view: each speaks the line protocol of clients/CONTRACT.md,
// and all that it says is kept.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { slowness } from "../../../packages/baton/src/sys/clock.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import type { Recipe } from "./recipes.ts";

/** A line of the protocol, as far as tests look at it. */
export interface DrillLine {
  readonly kind: string;
  readonly id?: number;
  readonly error?: string;
  readonly last?: number | null;
  readonly name?: string;
  readonly address?: string;
  readonly reason?: string;
}

export interface Answered {
  readonly line: DrillLine;
  readonly tookMs: number;
}

const ANSWER_MS = 15_000;
/** Beyond those of writes. */
const READ_IDS_FROM = 1_000_000_000;
const ANSWERS: ReadonlySet<string> = new Set(["done", "not-done", "unknown", "value"]);
const EVENTS: ReadonlySet<string> = new Set(["closed", "primary"]);

export class DrillClient {
  readonly label: string;
  /** The list that it writes to. */
  readonly key: string;
  /** Standard output and standard error, whole. */
  said = "";
  readonly lines: DrillLine[] = [];
  /** Ids of writes that were done, in their order. */
  readonly acknowledged: number[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<number | null>;
  readonly #waiting = new Set<() => void>();
  #isOver = false;
  #writes = 0;
  #reads = 0;

  constructor({ label, command: [program, ...args] }: Recipe, key: string, flags: readonly string[]) {
    this.label = label;
    this.key = key;
    this.#child = spawn(program, [...args, ...flags], { stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => (this.said += text));
    createInterface({ input: this.#child.stdout }).on("line", (text) => {
      this.said += `${text}\n`;
      this.lines.push(JSON.parse(text) as DrillLine);
      this.#wake();
    });
    // It may be gone before it has read everything: its exit says so.
    this.#child.stdin.on("error", () => undefined);
    this.#ended = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (code) => {
        this.#isOver = true;
        this.#wake();
        resolve(code);
      });
    });
  }

  say(line: object): void {
    this.#child.stdin.write(`${JSON.stringify(line)}\n`);
  }

  /** The first line that fits. @throws Error when it ends, or says nothing of the kind in time. */
  async heard(what: string, fits: (line: DrillLine) => boolean): Promise<DrillLine> {
    const endMs = performance.now() + ANSWER_MS * slowness();
    for (;;) {
      const found = this.lines.find(fits);
      if (found !== undefined) return found;
      const leftMs = endMs - performance.now();
      if (this.#isOver || leftMs <= 0)
        throw new Error(`${this.label}: no ${what}; it said ${this.said}`);
      await this.#woken(leftMs);
    }
  }

  /** One write with the next id, and how long it took. */
  async write(): Promise<Answered> {
    this.#writes += 1;
    const id = this.#writes;
    const answered = await this.#ask("write", id);
    if (answered.line.kind === "done") this.acknowledged.push(id);
    return answered;
  }

  async read(): Promise<DrillLine> {
    const { line } = await this.#ask("read", READ_IDS_FROM + this.#reads++);
    return line;
  }

  /** Writes until one is done: all other answers on the way, and the longest call. */
  async untilDone() {
    const others: DrillLine[] = [];
    let longestMs = 0;
    const look = async () => {
      const { line, tookMs } = await this.write();
      longestMs = Math.max(longestMs, tookMs);
      if (line.kind === "done") return seen({ others, longestMs });
      others.push(line);
      return missing(JSON.stringify(line));
    };
    return await waitFor(`${this.label} to write`, look, { withinMs: 20_000, everyMs: 1 });
  }

  /** Every `closed` and `primary` so far. */
  events(): readonly DrillLine[] {
    return this.lines.filter(({ kind }) => EVENTS.has(kind));
  }

  endInput(): void {
    this.#child.stdin.end();
  }

  /** Its exit code, and how long it took to end. */
  async stop(): Promise<{ readonly code: number | null; readonly tookMs: number }> {
    const start = performance.now();
    this.say({ kind: "stop" });
    const code = await this.#ended;
    return { code, tookMs: performance.now() - start };
  }

  async ended(): Promise<number | null> {
    return await this.#ended;
  }

  /** However it is. */
  async kill(): Promise<void> {
    if (this.#isOver) return;
    // The end of its input ends what it may have started, too.
    this.endInput();
    this.#child.kill("SIGTERM");
    await this.#ended;
  }

  async #ask(kind: "write" | "read", id: number): Promise<Answered> {
    const start = performance.now();
    this.say({ kind, id });
    const line = await this.heard(`answer to ${id}`, (one) => one.id === id && ANSWERS.has(one.kind));
    return { line, tookMs: performance.now() - start };
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async #woken(withinMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Opens clients with what they have in common, and ends all that are left. */
export class DrillClients {
  readonly #common: object;
  readonly #started: DrillClient[] = [];
  #keys = 0;

  constructor(common: object) {
    this.#common = common;
  }

  /** Each writes to a list of its own. `more`: what differs in the order to open. */
  start(recipe: Recipe, more: object = {}, flags: readonly string[] = []): DrillClient {
    this.#keys += 1;
    const client = new DrillClient(recipe, `drill:${recipe.label}:${this.#keys}`, flags);
    this.#started.push(client);
    const order = { kind: "open", username: "", retryForMs: 10_000, ...this.#common, ...more };
    client.say({ ...order, key: client.key });
    return client;
  }

  async open(recipe: Recipe, more: object = {}, flags: readonly string[] = []): Promise<DrillClient> {
    const client = this.start(recipe, more, flags);
    await client.heard("ready", ({ kind }) => kind === "ready");
    return client;
  }

  async openAll(asked: readonly Recipe[], more: object = {}): Promise<readonly DrillClient[]> {
    return await Promise.all(asked.map(async (recipe) => await this.open(recipe, more)));
  }

  /** All that were started since, with everything that they have said. */
  async endAll(): Promise<readonly DrillClient[]> {
    const ended = this.#started.splice(0);
    for (const client of ended) await client.kill();
    return ended;
  }
}
