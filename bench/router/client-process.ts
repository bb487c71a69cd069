// Clients in a process of their own, so that their sockets and their work are not the benchmark's.
import { once } from "node:events";
import { BatonError } from "../../packages/baton/src/errors.ts";
import type { Played } from "./figures.ts";
import { type IdleInput, type IdleSessions, openIdle } from "./idle-sessions.ts";
import type { OwnProcesses } from "./own-processes.ts";
import { type PlainInput, playPlain } from "./plain-sockets.ts";

type Request =
  | { readonly kind: "open"; readonly input: IdleInput }
  | { readonly kind: "close" }
  | { readonly kind: "play"; readonly input: PlainInput };

type Answer =
  | { readonly kind: "opened"; readonly opened: number; readonly reason: string | undefined }
  | { readonly kind: "closed"; readonly lost: number }
  | { readonly kind: "played"; readonly played: Played }
  | { readonly kind: "failed"; readonly reason: string };

export interface ClientProcess {
  /** @throws BatonError UNABLE when not a single one can be opened, and as all of these. */
  openIdle(input: IdleInput): Promise<{ readonly opened: number; readonly reason: string | undefined }>;
  /** @returns how many sessions the other side had closed before. */
  closeIdle(): Promise<number>;
  /** @throws BatonError UNABLE with what went wrong; PROCESS_DIED. */
  play(input: PlainInput): Promise<Played>;
  /** @throws as OwnProcesses.end. */
  close(): Promise<void>;
}

const ANSWER_MS = 120_000;

/** The child's side: answers one request after the other until its parent is gone. */
export function serveClients(): void {
  let idle: IdleSessions | undefined;

  async function answerTo(request: Request): Promise<Answer> {
    if (request.kind === "play") return { kind: "played", played: await playPlain(request.input) };
    const lost = idle?.lost() ?? 0;
    idle?.close();
    idle = undefined;
    if (request.kind === "close") return { kind: "closed", lost };
    idle = await openIdle(request.input);
    return { kind: "opened", opened: idle.opened, reason: idle.reason };
  }

  process.on("message", (request: Request) => {
    void answerTo(request)
      .catch((error: unknown): Answer => ({ kind: "failed", reason: String(error) }))
      .then((answer) => process.send?.(answer));
  });
  process.once("disconnect", () => process.exit());
}

/** This module stands in the benchmark's bundle, which exports `serveClients`. */
const program = `const { serveClients } = await import(${JSON.stringify(import.meta.url)}); serveClients();`;

/**
 * @param filesMax how many files the process may have open; the kernel may allow fewer.
 * @throws BatonError as OwnProcesses.start.
 */
export async function startClientProcess(
  processes: OwnProcesses,
  { id, command }: { readonly id: string; readonly command: readonly string[] },
): Promise<ClientProcess> {
  const node = [process.execPath, "--input-type=module", "-e", program] as const;
  const [first, ...others] = [...command, ...node];
  const whole = [first ?? process.execPath, ...others] as const;
  const started = await processes.start({ id, command: whole, withMessages: true });
  const { child, exited } = started;

  async function ask(request: Request): Promise<Answer> {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(ANSWER_MS)]);
    const died = exited.then(() => {
      throw new BatonError("PROCESS_DIED", `the clients' process ended; see ${started.outputFile}`);
    });
    const answered = once(child, "message", { signal }).then(([answer]) => answer as Answer);
    child.send(request);
    try {
      return await Promise.race([answered, died]);
    } finally {
      // Whichever lost the race may still fail, and nobody listens any more.
      answered.catch(() => undefined);
      died.catch(() => undefined);
      over.abort();
    }
  }

  async function askFor<K extends Answer["kind"]>(kind: K, request: Request) {
    const answer = await ask(request);
    if (answer.kind === kind) return answer as Extract<Answer, { kind: K }>;
    const reason = answer.kind === "failed" ? answer.reason : `it answered ${answer.kind}`;
    throw new BatonError("UNABLE", `the clients' process: ${reason}`);
  }

  return {
    async openIdle(input) {
      const { opened, reason } = await askFor("opened", { kind: "open", input });
      if (opened > 0) return { opened, reason };
      throw new BatonError("UNABLE", `no session could be opened: ${reason}`);
    },
    closeIdle: async () => (await askFor("closed", { kind: "close" })).lost,
    play: async (input) => (await askFor("played", { kind: "play", input })).played,
    close: () => processes.end(started),
  };
}
