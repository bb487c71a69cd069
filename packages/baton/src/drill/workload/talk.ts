// The conversation with a program: one question at a time, each answered within a time or the end of it.
import { assert } from "../../errors.ts";
import { slowness } from "../../sys/clock.ts";
import { type Child, type ProgramCommand, startChild } from "./child.ts";
import { type Answer, isNews, LINE_BYTES_MAX, lineSplitter, parseLine, type Question } from "./lines.ts";

/** Why a conversation is over: a word to be counted, and a sentence for people. */
export interface Ended {
  readonly word: "process-died" | "garbled" | "no-answer";
  readonly sentence: string;
}

export type Reply =
  | { readonly kind: "answer"; readonly answer: Answer }
  | ({ readonly kind: "ended" } & Ended);

export interface Talk {
  /** Never rejects. Nobody may ask again before the reply. */
  ask(question: Question, withinMs: number): Promise<Reply>;
  /** Ends the conversation, and the process with it: it has said what it must not say. */
  refuse(sentence: string): void;
  /** How it came to its end by itself; undefined while it goes on, and when `stop` was the end. */
  failure(): Ended | undefined;
  /** How often it said that it had lost a connection. */
  closed(): number;
  /**
   * Politely first. Resolves when the process is gone, with the signal that was needed; harmless when
   * called twice.
   */
  stop(graceMs: number): Promise<"SIGTERM" | "SIGKILL" | undefined>;
}

const SHOWN_CHARACTERS = 80;

/** The beginning of what came, fit to be shown. */
function shown(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 4 * SHOWN_CHARACTERS)).toString("utf8");
  return JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
}

class ProgramTalk implements Talk {
  readonly #child: Child;
  #open: ((reply: Reply) => void) | undefined;
  #failure: Ended | undefined;
  #stopping: Promise<"SIGTERM" | "SIGKILL" | undefined> | undefined;
  #closed = 0;

  constructor(child: Child) {
    this.#child = child;
    const { stdin, stdout } = child.streams;
    const tooLong = () => this.refuse(`it said a line longer than ${LINE_BYTES_MAX} bytes`);
    stdout.on(
      "data",
      lineSplitter((bytes) => this.#hear(bytes), tooLong),
    );
    // A pipe that breaks means that the process is ending, and its end tells more.
    stdin.on("error", () => undefined);
    stdout.on("error", () => undefined);
    void child.ended.then((how) => this.#fail("process-died", `it ended by itself (${how})`));
  }

  async ask(question: Question, withinMs: number): Promise<Reply> {
    assert(this.#open === undefined, "a program is asked one thing at a time");
    if (this.#failure !== undefined) return { kind: "ended", ...this.#failure };
    if (this.#stopping !== undefined) return { kind: "ended", ...STOPPED };
    const limitMs = withinMs * slowness();
    const late = setTimeout(
      () => this.#fail("no-answer", `it did not answer "${question.kind}" within ${limitMs} ms`),
      limitMs,
    );
    const reply = await new Promise<Reply>((resolve) => {
      this.#open = resolve;
      this.#say(question);
    });
    clearTimeout(late);
    return reply;
  }

  refuse(sentence: string): void {
    this.#fail("garbled", sentence);
  }

  failure(): Ended | undefined {
    return this.#failure;
  }

  closed(): number {
    return this.#closed;
  }

  stop(graceMs: number): Promise<"SIGTERM" | "SIGKILL" | undefined> {
    return (this.#stopping ??= this.#end(graceMs));
  }

  async #end(graceMs: number) {
    this.#say({ kind: "stop" });
    this.#child.streams.stdin.end();
    const signal = await this.#child.end(this.#failure === undefined ? graceMs : 0);
    this.#settle({ kind: "ended", ...STOPPED });
    return signal;
  }

  #say(question: Question): void {
    const { stdin } = this.#child.streams;
    if (stdin.writable) stdin.write(`${JSON.stringify(question)}\n`);
  }

  #hear(bytes: Uint8Array): void {
    if (this.#failure !== undefined) return;
    const line = parseLine(bytes);
    // On its way out only what it still owes is heard: the answer to a write is worth waiting for.
    if (this.#stopping !== undefined && (line === undefined || isNews(line) || !this.#open)) return;
    if (line === undefined)
      return this.refuse(`it said what the protocol does not know: ${shown(bytes)}`);
    if (line.kind === "closed") this.#closed += 1;
    if (isNews(line)) return;
    if (this.#open === undefined) return this.refuse(`it said "${line.kind}" to no question`);
    this.#settle({ kind: "answer", answer: line });
  }

  #fail(word: Ended["word"], said: string): void {
    if (this.#failure !== undefined || this.#stopping !== undefined) return;
    const words = this.#child.lastWords();
    const sentence = words === "" ? said : `${said}; its last words: ${words}`;
    this.#failure = { word, sentence };
    this.#settle({ kind: "ended", ...this.#failure });
    void this.stop(0);
  }

  #settle(reply: Reply): void {
    const open = this.#open;
    this.#open = undefined;
    open?.(reply);
  }
}

const STOPPED: Ended = { word: "no-answer", sentence: "the drill was over" };

/** @throws BatonError UNABLE when the program cannot be started. */
export async function startTalk(command: ProgramCommand, environment: NodeJS.ProcessEnv): Promise<Talk> {
  return new ProgramTalk(await startChild(command, environment));
}
