// One Redis node's answers about itself, as a NodeView.
import { z } from "zod";
import { runningDrillShape } from "../cluster/drill-note.ts";
import { drillKey, handoverKey, pauseKey, targetsKey } from "../cluster/shared-keys.ts";
import { Fields, parseInfo, parseRole } from "../redis/replies.ts";
import { replicationRemarks } from "./replication-info.ts";
import type { NodeRemarks, NodeView, TargetNote } from "./types.ts";

export type Questions = readonly (readonly [string, ...string[]])[];

/** What decides: asked in every look. */
export function briefNodeQuestions(group: string): Questions {
  const keys = [handoverKey(group), pauseKey(group), drillKey(group)];
  return [["ROLE"], ...keys.map((key) => ["GET", key] as const)];
}

/** Sent in one write, so that the answers belong to one moment of that node. */
export function nodeQuestions(group: string, targetHosts: readonly string[]): Questions {
  return [
    ...briefNodeQuestions(group),
    // One name a question: Redis 6.2 takes no more.
    ["CONFIG", "GET", "replica-priority"],
    ["CONFIG", "GET", "repl-ping-replica-period"],
    ["INFO", "keyspace"],
    ["INFO", "replication"],
    ...targetHosts.map((host) => ["GET", targetsKey(group, host)] as const),
  ];
}

const handoverShape = z.object({
  id: z.string().max(200),
  from: z.string().max(200),
  to: z.string().max(200),
  epoch: z.int().min(0),
  phase: z.enum(["preparing", "moving"]),
});
const pauseShape = z.object({ until: z.iso.datetime(), by: z.string().max(200) });

const targetsShape = z
  .array(
    z.object({
      name: z.string().max(40),
      reach: z.enum(["host", "shared"]),
      ok: z.boolean(),
      sentence: z.string().max(400),
    }),
  )
  .max(32);

/** Applications can write there too: what is not ours is as good as not there. */
function noteOf<T>(shape: z.ZodType<T>, reply: unknown, charactersMax = 2_000): T | undefined {
  if (typeof reply !== "string" || reply.length > charactersMax) return undefined;
  try {
    return shape.safeParse(JSON.parse(reply)).data;
  } catch {
    return undefined;
  }
}

/** undefined when no agent says a word. What could drive a terminal is taken out. */
function targetNotes(
  hosts: readonly string[],
  replies: readonly unknown[],
): readonly TargetNote[] | undefined {
  const notes = hosts.flatMap((host, index) => {
    const said = noteOf(targetsShape, replies[index], 32_000) ?? [];
    return said.map((one) => ({ ...one, host, sentence: one.sentence.replaceAll(/\p{Cc}/gu, " ") }));
  });
  return notes.length === 0 ? undefined : notes;
}

function settingOf(name: string, reply: unknown): number | undefined {
  if (reply instanceof Error) return undefined;
  const fields = new Fields(reply, `CONFIG GET ${name}`);
  return fields.has(name) ? fields.integer(name) : undefined;
}

/** Lines such as `db0:keys=500,expires=0,avg_ttl=0`; none when there are no keys. */
function keysOf(reply: unknown): number | undefined {
  if (reply instanceof Error) return undefined;
  const counts = [...parseInfo(reply).values()].map((text) =>
    Number(/^keys=(\d+)/.exec(text)?.[1] ?? 0),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** @throws StrangeReply, or the server's error when it refuses ROLE. */
export function nodeView(
  node: string,
  replies: readonly unknown[],
  targetHosts: readonly string[],
): NodeView {
  const [role, handover, pause, drill, priority, pingPeriod, keyspace, replication, ...notes] = replies;
  const remarks: NodeRemarks = defined({
    targets: targetNotes(targetHosts, notes),
    keys: keysOf(keyspace),
    ...replicationRemarks(replication),
    replicaPriority: settingOf("replica-priority", priority),
    pingPeriodSeconds: settingOf("repl-ping-replica-period", pingPeriod),
  });
  return { node, ...remarks, ...briefly([role, handover, pause, drill]) };
}

function briefly([role, handover, pause, drill]: readonly unknown[]) {
  if (role instanceof Error) throw role;
  const remarks: NodeRemarks = defined({
    // ROLE is answered while data is loaded; everything about keys is not.
    isLoading: handover instanceof Error && handover.message.startsWith("LOADING") ? true : undefined,
    handover: noteOf(handoverShape, handover),
    pause: noteOf(pauseShape, pause),
    drill: noteOf(runningDrillShape, drill),
  });
  return { ...remarks, ...parseRole(role) };
}

/**
 * What the brief questions tell anew, with all else as it was before; undefined when it has another role,
 * link or less data than before, as after a restart: the rest has to be asked again then.
 * @throws as `nodeView`.
 */
export function unchangedNodeView(before: NodeView, replies: readonly unknown[]): NodeView | undefined {
  const now = briefly(replies);
  if (before.kind === "silent" || now.isLoading === true || before.isLoading === true) return undefined;
  if (now.offsetBytes < before.offsetBytes) return undefined;
  const { handover: _handover, pause: _pause, drill: _drill, ...rest } = before;
  if (now.kind === "primary" && rest.kind === "primary") {
    return now.replicas.length === rest.replicas.length ? { ...rest, ...now } : undefined;
  }
  if (now.kind !== "replica" || rest.kind !== "replica") return undefined;
  const { address, port } = rest.of;
  const isSame = now.of.address === address && now.of.port === port && now.link === rest.link;
  return isSame ? { ...rest, ...now } : undefined;
}
