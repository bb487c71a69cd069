// A target that a test holds in its hand, and agents that serve it, each with a folder of its own.
import { join } from "node:path";
import { z } from "zod";
import type { Route } from "../decide/types.ts";
import { type Clock, systemClock } from "../sys/clock.ts";
import { missing, seen, waitFor } from "../sys/wait.ts";
import { openTargets, type TargetEngine } from "./engine.ts";
import type { TargetNews } from "./state.ts";
import type { Change, Reading, Target, TargetKind } from "./target.ts";

/** A place in memory that several engines may share. */
export class Slot {
  readonly changes: Change[] = [];
  content: Reading | undefined;
  /** Called before a write takes effect; may throw. */
  beforeWrite: (signal: AbortSignal) => Promise<void> | void = () => undefined;
  kind(more: Partial<TargetKind> & { readonly attemptsMax?: number } = {}): TargetKind {
    const { attemptsMax, ...rest } = more;
    const target: Target = {
      deadlineMs: 5_000,
      ...(attemptsMax === undefined ? {} : { attemptsMax }),
      read: () => Promise.resolve(this.content),
      write: async (change, signal) => {
        this.changes.push(change);
        await this.beforeWrite(signal);
        this.content = { endpoint: change.endpoint, epoch: change.epoch, raw: "" };
      },
    };
    return {
      id: "slot",
      summary: "a place in memory",
      fencing: "none",
      tier: "real",
      facts: { delay: "", clients: "", rights: "", instead: "" },
      reach: "host",
      followsEarly: false,
      settings: z.looseObject({}),
      open: () => Promise.resolve(target),
      ...rest,
    };
  }
}

export const route = (host: number, epoch: number): Route => ({
  kind: "primary",
  node: `h${host}`,
  endpoint: { address: `10.9.0.${host}`, port: 6379 },
  epoch,
  confirmed: true,
});

export interface Agent {
  readonly engine: TargetEngine;
  readonly news: TargetNews[];
  turn(of: Route, mayAct?: boolean): void;
}

export interface AgentOptions {
  readonly kind: TargetKind;
  /** Its state is in a folder of the host's name there. */
  readonly folder: string;
  readonly host?: string;
  readonly clock?: Clock;
}

export async function openAgent(options: AgentOptions): Promise<Agent> {
  const { kind, folder, host = "one", clock = systemClock } = options;
  const news: TargetNews[] = [];
  const engine = await openTargets({
    plans: [{ name: "it", kind: "slot", group: "main", on: ["one", "two"], settings: {} }],
    host,
    nodesOf: () => [],
    stateDirectory: join(folder, host),
    clock,
    readSecret: () => Promise.resolve(""),
    write: (one) => void news.push(one),
    kinds: [kind],
  });
  return { engine, news, turn: (of, mayAct = true) => engine.turn("main", of, mayAct) };
}

export async function until(what: string, isSo: () => boolean): Promise<void> {
  await waitFor(what, () => (isSo() ? seen(undefined) : missing("not yet")), {
    withinMs: 5_000,
    everyMs: 5,
  });
}
export const inSync = ({ engine }: Agent) => engine.state()[0]?.isInSync === true;
