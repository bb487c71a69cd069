// Where the primary is, by the word of several Sentinels.
import type { ConnectionOptions } from "node:tls";
import { ask } from "./ask.ts";
import { type Primary, type SentinelAddress, isSettled, judge } from "./judge.ts";

export interface FindPrimaryOptions {
  /** All Sentinels of the group, in any order. One that is given twice is asked once. */
  readonly sentinels: readonly SentinelAddress[];
  /** Sentinel's master name. */
  readonly group: string;
  /** ACL user on the Sentinels; with a password alone it is `default`. */
  readonly username?: string;
  readonly password?: string;
  /** For Sentinels that speak TLS: options of Node's `tls.connect`, such as `ca`; `{}` for its defaults. */
  readonly tls?: ConnectionOptions;
  /**
   * How long one Sentinel may take to connect and answer: 500 ms by default. All are asked at the same
   * time.
   */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks all Sentinels at the same time and returns the primary of the newest config-epoch that at least
 * two of them name (or the only one, when one was given).
 *
 * Why not the first that answers, as most client libraries do: a Sentinel that comes back after a
 * failover answers with its old configuration for 0.1 to 2 s, until it has heard from the others, and
 * sends its clients to the old primary; and a first Sentinel that is frozen, with a port that the kernel
 * still opens, stops a discovery that asks in turn.
 *
 * It returns as soon as the missing answers cannot change the outcome, after `timeoutMs` at the latest.
 * `found` says what the Sentinels agree on, not that the node answers: check its ROLE after connecting.
 * `unclear` is an outcome of its own, for example in the middle of a failover: ask again a little later.
 *
 * @throws TypeError when no Sentinel, no group or no positive `timeoutMs` is given; the signal's reason
 * when it is aborted.
 */
export async function findPrimary(options: FindPrimaryOptions): Promise<Primary> {
  const { group, username, password, tls, timeoutMs = 500, signal } = options;
  const sentinels = unique(options.sentinels);
  if (sentinels.length === 0)
    throw new TypeError("findPrimary needs at least one Sentinel, and was given none");
  if (group === "")
    throw new TypeError("findPrimary needs the name of a group, and was given an empty one");
  if (!(timeoutMs > 0))
    throw new TypeError(`findPrimary needs a timeoutMs above 0, and was given ${timeoutMs}`);
  signal?.throwIfAborted();

  const answers: Awaited<ReturnType<typeof ask>>[] = [];
  const enough = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => reject(signal?.reason as Error);
      signal?.addEventListener("abort", abort, { once: true, signal: enough.signal });
      for (const sentinel of sentinels) {
        const question = { sentinel, group, username, password, tls, timeoutMs, signal: enough.signal };
        ask(question).then((answer) => {
          answers.push(answer);
          if (isSettled(answers, sentinels.length)) resolve();
        }, reject);
      }
    });
    return judge([...answers], sentinels.length);
  } finally {
    enough.abort();
  }
}

function unique(sentinels: readonly SentinelAddress[]): readonly SentinelAddress[] {
  const found = new Map(sentinels.map(({ host, port }) => [`${host} ${port}`, { host, port }]));
  return [...found.values()];
}
