// Sends one notice by one channel, opens and closes it, as `baton notify test` asks: from here, by no agent.
import { randomUUID } from "node:crypto";
import type { SecretReference } from "../cluster/types.ts";
import { BatonError } from "../errors.ts";
import { slowness, systemClock } from "../sys/clock.ts";
import { timeLimit } from "../sys/time-limit.ts";
import { openPacers } from "../targets/api/pacer.ts";
import { textOf } from "../targets/api/refusal.ts";
import type { Channel, Message } from "./channel.ts";
import { idPart, type Notice } from "./notice.ts";
import type { KnownChannel } from "./settings.ts";

export interface Tested {
  readonly channel: string;
  readonly kind: string;
  /** `ready`: its credentials could be read; with --dry-run nothing was sent. */
  readonly verdict: "sent" | "ready" | "failed";
  readonly sentence: string;
}

export interface TestOptions {
  readonly known: KnownChannel;
  /** The cluster's name. */
  readonly cluster: string;
  /** Who tests, for the text. */
  readonly by: string;
  readonly isDryRun: boolean;
  readonly readSecret: (what: string, reference: SecretReference) => Promise<string>;
  readonly signal: AbortSignal;
}

function noticeOf({ known, cluster, by }: TestOptions, thread: string, wallMs: number): Notice {
  return {
    id: `test-${idPart(thread).slice(0, 8)}`,
    group: "",
    kind: "problem",
    severity: known.plan.severityMin,
    state: "open",
    title: `${cluster}: a test of the channel ${known.plan.name}, nothing is wrong`,
    lines: [`sent by baton notify test, ${by}`, "it is closed at once"],
    startedAt: new Date(wallMs).toISOString(),
    endedAt: null,
  };
}

async function openAndClose(channel: Channel, notice: Notice, options: TestOptions): Promise<void> {
  const thread = notice.id;
  const send = async (message: Omit<Message, "thread">) => {
    const limit = timeLimit(channel.deadlineMs * slowness());
    return await channel.send({ thread, ...message }, AbortSignal.any([limit, options.signal]));
  };
  const reference = await send({ notice, as: "open", number: 0, reference: undefined });
  const endedAt = new Date(systemClock.wallMs()).toISOString();
  const closed = { ...notice, state: "closed", endedAt } as const;
  await send({ notice: closed, as: "close", number: 1, reference });
}

/** Never rejects for what the world says: that is an answer too. @throws the signal's reason */
export async function testChannel(options: TestOptions): Promise<Tested> {
  const { known, cluster, by, isDryRun, readSecret, signal } = options;
  const { plan, kind, settings } = known;
  const about = { channel: plan.name, kind: kind.id };
  let channel: Channel | undefined;
  try {
    const pacerOf = openPacers(systemClock);
    const wallMs = () => systemClock.wallMs();
    const surroundings = { name: plan.name, cluster, host: by, readSecret, wallMs, pacerOf };
    channel = await kind.open(settings, surroundings);
    const notice = noticeOf(options, randomUUID(), wallMs());
    if (isDryRun) return { ...about, verdict: "ready", sentence: `would send: ${notice.title}` };
    await openAndClose(channel, notice, options);
    return { ...about, verdict: "sent", sentence: "the far side took a notice and its end" };
  } catch (error) {
    signal.throwIfAborted();
    const sentence = error instanceof BatonError ? error.message : textOf(error);
    return { ...about, verdict: "failed", sentence };
  } finally {
    await channel?.close?.();
  }
}
