// One attempt of a call: its commands are sent over one connection, and what came of it is judged.
import { beforeDeadline, Deadline } from "./deadline.ts";
import type { Library } from "./library.ts";
import type { Link } from "./link.ts";
import { type Done, type Failed, judgeReplies, notDone, unknown } from "./outcome.ts";

/** Sends one command, or one transaction, and returns what it makes of the reply. */
export type Work<C, T> = (connection: C) => T | PromiseLike<T>;

export interface AttemptOptions<C, T> {
  readonly library: Library<C>;
  readonly link: Link<C>;
  readonly work: Work<C, T>;
  readonly timeoutMs: number;
}

interface Lent<C> {
  readonly connection: C;
  /** How often a method was called: each may have sent a command. */
  calls(): number;
  end(): void;
}

/**
 * The library's object for the time of one attempt. Whoever keeps it and sends something later would send it
 * to a former primary, and an error reply to the second of two commands says nothing of the first.
 */
function lend<C>(native: C): Lent<C> {
  let calls = 0;
  let hasEnded = false;
  const connection = new Proxy(native as object, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        if (hasEnded) throw new Error("this connection was lent for one attempt, which has ended");
        calls += 1;
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
  return {
    connection: connection as C,
    calls: () => calls,
    end: () => {
      hasEnded = true;
    },
  };
}

function judgeError<C>(
  error: unknown,
  { library, link }: Pick<AttemptOptions<C, unknown>, "library" | "link">,
) {
  if (error instanceof Deadline) return unknown("timeout", error.message);
  const replies = library.repliesIn(error);
  if (replies !== undefined) return judgeReplies(replies);
  if (!link.isOpen()) return unknown("connection-lost", "the connection was lost before the reply");
  return undefined;
}

/**
 * Whatever fails with `unknown` or for the state of the node destroys the connection before it returns.
 * @throws what the work throws by itself: an error of the application
 */
export async function attempt<C, T>(options: AttemptOptions<C, T>): Promise<Done<T> | Failed> {
  const { link, work, timeoutMs } = options;
  if (!link.isOpen()) return notDone("no-connection", "the connection was lost before the command");
  const lent = lend(link.native);
  try {
    const run = async (): Promise<T> => await work(lent.connection);
    return { kind: "done", value: await beforeDeadline(run(), timeoutMs) };
  } catch (error) {
    const judged = judgeError(error, options);
    if (judged === undefined) throw error;
    const { outcome, losesConnection } = judged;
    if (losesConnection) link.destroy(`${outcome.error}: ${outcome.message}`);
    if (outcome.kind === "unknown" || lent.calls() < 2) return judged;
    return { ...judged, outcome: { ...outcome, kind: "unknown" } };
  } finally {
    lent.end();
  }
}
