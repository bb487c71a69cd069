// A workload client that is a process: any program that speaks the drill's line protocol, in any language.
import { assert, BatonError } from "../../errors.ts";
import type { Outcome } from "../ledger.ts";
import type { ProgramCommand } from "./child.ts";
import type { ReadOutcome, WorkloadClient } from "./client.ts";
import type { OpenLine } from "./lines.ts";
import { type Reply, startTalk, type Talk } from "./talk.ts";

export interface ProcessClientOptions {
  readonly id: string;
  readonly kind: string;
  readonly command: ProgramCommand;
  readonly open: OpenLine;
  readonly environment: NodeJS.ProcessEnv;
  readonly patience?: Partial<Patience>;
}

/** In milliseconds, multiplied by SLOW. */
export interface Patience {
  /** From the start to `ready`. */
  readonly readyMs: number;
  /** One write or read. Longer than any library of ours waits: who is slow is late, not broken. */
  readonly answerMs: number;
  /** From `stop` to its end, and from SIGTERM to its end. */
  readonly stopMs: number;
}

const USUAL: Patience = { readyMs: 15_000, answerMs: 60_000, stopMs: 1_000 };

/** Beyond all ids of the ledger, and still a whole number in every language. */
const READ_IDS_FROM = 1_000_000_000;

async function nameOf(talk: Talk, { id, command, open }: ProcessClientOptions, ms: number) {
  const reply = await talk.ask(open, ms);
  if (reply.kind === "answer" && reply.answer.kind === "ready") return reply.answer.name;
  if (reply.kind === "answer") {
    const { answer } = reply;
    talk.refuse(
      answer.kind === "unable" ? `it is unable: ${answer.reason}` : `it said "${answer.kind}" to "open"`,
    );
  }
  const why = talk.failure()?.sentence ?? "the drill was over";
  throw new BatonError("UNABLE", `the client ${id} (${command.join(" ")}) is not ready: ${why}`);
}

/** The program's own word; what it did not say before its end is unknown. */
function outcomeOf(talk: Talk, id: number, reply: Reply): Outcome {
  if (reply.kind === "ended") return { kind: "unknown", error: reply.word };
  const { answer } = reply;
  if ("id" in answer && answer.id === id) {
    if (answer.kind === "done") return { kind: "acknowledged" };
    if (answer.kind === "not-done") return { kind: "failed", error: answer.error };
    if (answer.kind === "unknown") return { kind: "unknown", error: answer.error };
  }
  talk.refuse(`asked to write ${id}, it said ${JSON.stringify(answer)}`);
  return { kind: "unknown", error: "garbled" };
}

function readOf(talk: Talk, id: number, reply: Reply): ReadOutcome {
  if (reply.kind === "ended") return { kind: "failed" };
  const { answer } = reply;
  if ("id" in answer && answer.id === id && answer.kind !== "done")
    return answer.kind === "value" ? { kind: "value", last: answer.last } : { kind: "failed" };
  talk.refuse(`asked to read (${id}), it said ${JSON.stringify(answer)}`);
  return { kind: "failed" };
}

/**
 * Starts the program and resolves when it is ready.
 * @throws BatonError UNABLE when it cannot be started or is not ready in time; then it is gone.
 */
export async function openProcessClient(options: ProcessClientOptions): Promise<WorkloadClient> {
  const { id, kind, command, open, environment } = options;
  const { readyMs, answerMs, stopMs } = { ...USUAL, ...options.patience };
  const talk = await startTalk(command, environment);
  let program: string;
  try {
    program = await nameOf(talk, options, readyMs);
  } catch (error) {
    await talk.stop(0);
    throw error;
  }
  let reads = 0;
  let manners: string | undefined;
  return {
    id,
    kind,
    way: open.way,
    program,
    async write(key, write) {
      assert(key === open.key, `${id} was opened for the list ${open.key}, not ${key}`);
      return outcomeOf(talk, write, await talk.ask({ kind: "write", id: write }, answerMs));
    },
    async read() {
      const read = READ_IDS_FROM + reads;
      reads += 1;
      return readOf(talk, read, await talk.ask({ kind: "read", id: read }, answerMs));
    },
    closed: () => talk.closed(),
    isUsable: () => talk.failure() === undefined,
    complaint: () => talk.failure()?.sentence ?? manners,
    async close() {
      const signal = await talk.stop(stopMs);
      if (signal !== undefined && talk.failure() === undefined)
        manners = `it did not end within ${stopMs} ms of being told to: it took ${signal}`;
    },
  };
}
