// Asks a whole cluster from one Sentinel or more, and takes nothing less than everybody's answer. Changes
// nothing.
import { askCluster, type AskOptions } from "../doctor/live/ask.ts";
import { nameOf } from "../doctor/live/answers.ts";
import { REFUSAL } from "../doctor/live/question.ts";
import { BatonError } from "../errors.ts";
import type { Seen } from "./seen.ts";

/** Who is silent may be the one with other settings, or a vote that counts for ever. */
const ADVICE =
  "Start what is down, or let every Sentinel forget what is gone for good: SENTINEL RESET, on one " +
  "after the other";

/**
 * Waits up to 20 s, and looks once more where it seems to be in the middle of a failover.
 * @throws BatonError REFUSED, UNREACHABLE, UNABLE; the signal's reason when it is aborted.
 */
export async function lookAround(options: AskOptions): Promise<Seen> {
  const { redis, sentinels, left } = await askCluster(options);
  const silent = [...sentinels, ...redis].filter(({ silence }) => silence !== undefined);
  const clauses = silent.map((one) => `${nameOf(one)} said nothing: ${one.silence}`).join("; ");
  if (silent.some(({ silence }) => silence?.startsWith(REFUSAL)))
    throw new BatonError("REFUSED", `the cluster is known in part, nothing was written: ${clauses}`);
  if (silent.length > 0)
    throw new BatonError(
      "UNREACHABLE",
      `the cluster is known in part, nothing was written: ${clauses}. ${ADVICE}`,
    );
  if (left.length > 0)
    throw new BatonError("UNABLE", `more than Baton looks at, nothing was written: ${left.join("; ")}`);
  return { redis, sentinels, isEncrypted: options.tls !== undefined };
}
