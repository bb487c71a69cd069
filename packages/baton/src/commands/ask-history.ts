// Asks every agent of a cluster for its history; whoever does not answer is named.
import { z } from "zod";
import type { Layout } from "../cluster/types.ts";
import { endpointText } from "../decide/agree.ts";
import type { Incident } from "../journal/incidents.ts";
import { timeLimit } from "../sys/time-limit.ts";

const incident = z.object({
  kind: z.enum(["failover", "switchover", "fence"]),
  group: z.string(),
  epoch: z.number().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  outcome: z.enum(["done", "open", "undone"]),
  startedAt: z.iso.datetime(),
  durationMs: z.number().nullable(),
  steps: z.array(
    z.object({ name: z.string(), at: z.iso.datetime(), afterMs: z.number(), sentence: z.string() }),
  ),
});
const history = z.object({ observedBy: z.string(), incidents: z.array(incident) });

export interface Told {
  readonly agent: string;
  readonly incidents: readonly Incident[];
}
export interface Unheard {
  readonly agent: string;
  readonly reason: string;
}

const ASK_MS = 5_000;
/** 200 incidents of 64 steps with long sentences stay far below. */
const ANSWER_BYTES_MAX = 16 << 20;

async function ask(url: string, signal: AbortSignal): Promise<Told> {
  const response = await fetch(url, {
    signal: AbortSignal.any([signal, timeLimit(ASK_MS)]),
    redirect: "error",
  });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > ANSWER_BYTES_MAX) throw new Error(`${url} answers too much`);
  }
  const { observedBy, incidents } = history.parse(JSON.parse(text));
  return { agent: observedBy, incidents };
}

/** What an error of fetch has to say stands in its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

/** Agents on loopback answer on their own host only: from elsewhere they are named as unheard. */
export async function askHistories(
  { agents }: Layout,
  signal: AbortSignal,
): Promise<{ readonly told: readonly Told[]; readonly unheard: readonly Unheard[] }> {
  const places = new Map<string, string[]>();
  for (const { id, httpAddress: address, port } of agents) {
    const url = `http://${endpointText({ address, port })}/api/history`;
    places.set(url, [...(places.get(url) ?? []), id]);
  }
  const asked = [...places].map(async ([url, ids]) => {
    try {
      const told = await ask(url, signal);
      // All agents that listen on loopback have the same address: here answers the one of this host.
      const others = ids.filter((id) => id !== told.agent);
      const reason = `listens on its own host only (${url})`;
      return { told, unheard: others.map((agent) => ({ agent, reason })) };
    } catch (error) {
      return { unheard: ids.map((agent) => ({ agent, reason: `${url}: ${reasonOf(error)}` })) };
    }
  });
  const answers = await Promise.all(asked);
  signal.throwIfAborted();
  return {
    told: answers.flatMap(({ told }) => (told === undefined ? [] : [told])),
    unheard: answers.flatMap(({ unheard }) => unheard),
  };
}
