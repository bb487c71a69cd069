// The drill's own eyes and ears: Sentinel events as they are said, and the agents' journal
// afterwards. It judges from
// outside, so it never asks Baton what is true, only what it did and when.
import { z } from "zod";
import type { DrillSite } from "./site.ts";
import { type Message, type Subscriber, subscribe } from "../redis/subscriber.ts";
import type { Clock } from "../sys/clock.ts";
import { timeLimit } from "../sys/time-limit.ts";

export interface Seen {
  readonly monotonicMs: number;
  readonly event: string;
  readonly who: string;
  readonly detail: string;
}

/** Sentinel's channels that matter for the story, by the name they get in the timeline. */
const NAMES: Readonly<Record<string, string>> = {
  "+sdown": "+sdown",
  "-sdown": "-sdown",
  "+odown": "+odown",
  "+try-failover": "try-failover",
  "+elected-leader": "elected",
  "+selected-slave": "selected",
  "+promoted-slave": "promoted",
  "+switch-master": "confirmed",
  "-failover-abort-not-elected": "aborted",
  "-failover-abort-no-good-slave": "aborted",
  "-failover-abort-slave-timeout": "aborted",
  "+convert-to-slave": "demoting",
  "+tilt": "tilt",
};

const EVENTS_MAX = 5_000;

export interface Watch {
  readonly seen: readonly Seen[];
  close(): void;
}

export function watchSentinels(lab: DrillSite, clock: Clock): Watch {
  const seen: Seen[] = [];
  const hear = (who: string, { channel, text }: Message) => {
    const event = NAMES[channel];
    if (event === undefined || seen.length >= EVENTS_MAX) return;
    seen.push({
      monotonicMs: clock.monotonicMs(),
      event,
      who: `sentinel ${who}`,
      detail: `${channel} ${text}`,
    });
  };
  const { secrets, layout } = lab;
  const ears: Subscriber[] = layout.sentinels.map(({ id, address, port }) =>
    subscribe(
      { address, port, username: "agent", password: secrets.agent, tls: secrets.tls },
      { patterns: ["*"] },
      (message) => hear(id, message),
    ),
  );
  return {
    seen,
    close() {
      for (const ear of ears) ear.close();
    },
  };
}

const journalShape = z.object({
  entries: z.array(
    z.object({
      monotonicMs: z.number(),
      kind: z.string(),
      sentence: z.string(),
      facts: z
        .object({ route: z.object({ kind: z.string() }).optional() })
        .loose()
        .optional(),
    }),
  ),
});

/**
 * What the agents of a lab decided and did since `sinceMs`. An agent that does not answer is left out, by
 * name; those of hosts all are.
 */
export async function readJournals(lab: DrillSite, sinceMs: number): Promise<readonly Seen[]> {
  if (lab.hosts !== undefined) {
    const detail = "their journals stay on their hosts, whose clocks are not this machine's";
    return [{ monotonicMs: sinceMs, event: "silent", who: "agents", detail }];
  }
  const read = async (host: string, address: string, port: number): Promise<Seen[]> => {
    // Every agent follows the route; only the one with a router moves clients by it.
    const hasRouter = lab.layout.routers.some((router) => router.host === host);
    const told = new Set(["done", "failed", "fenced", ...(hasRouter ? ["decision"] : [])]);
    try {
      const url = `http://${address}:${port}/journal?limit=2000`;
      const response = await fetch(url, { signal: timeLimit(2_000) });
      const { entries } = journalShape.parse(await response.json());
      return entries
        .filter(({ monotonicMs, kind }) => monotonicMs >= sinceMs && told.has(kind))
        .map(({ monotonicMs, kind, sentence, facts }) => {
          const event =
            kind === "decision" ? (facts?.route?.kind === "none" ? "no-route" : "route") : kind;
          return { monotonicMs, event, who: `agent ${host}`, detail: sentence };
        });
    } catch (error) {
      return [
        {
          monotonicMs: sinceMs,
          event: "silent",
          who: `agent ${host}`,
          detail: (error as Error).message,
        },
      ];
    }
  };
  const { agents } = lab.layout;
  return (
    await Promise.all(agents.map(({ id, httpAddress, port }) => read(id, httpAddress, port)))
  ).flat();
}
