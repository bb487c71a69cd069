// One drill-client of a recipe: speaks clients/CONTRACT.md's line protocol with it and keeps all it says.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { slowness } from "../../../packages/baton/src/sys/clock.ts";

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

const ANSWER_MS = 30_000;
const ANSWERS: ReadonlySet<string> = new Set(["done", "not-done", "unknown", "value"]);

export class DrillClient {
  readonly label: string;
  /** Standard output and standard error, whole. */
  said = "";
  readonly lines: DrillLine[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<number | null>;
  readonly #waiting = new Set<() => void>();
  #isOver = false;

  constructor(label: string, command: readonly [string, ...string[]]) {
    this.label = label;
    const [program, ...args] = command;
    this.#child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
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

  say(line: Readonly<Record<string, unknown>>): void {
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

  async ask(kind: "write" | "read", id: number): Promise<Answered> {
    const start = performance.now();
    this.say({ kind, id });
    const line = await this.heard(`answer to ${id}`, (one) => one.id === id && ANSWERS.has(one.kind));
    return { line, tookMs: performance.now() - start };
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
    this.#child.stdin.end();
    this.#child.kill("SIGTERM");
    await this.#ended;
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
