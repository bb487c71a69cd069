// What a fault and its cure would do on which host, without doing it.
import { BatonError } from "../../errors.ts";
import { systemClock } from "../../sys/clock.ts";
import type { Fault } from "../fault.ts";
import { type HostsInput, hostsSite } from "./hosts.ts";
import { DONE, deedLines } from "./scripts.ts";

export interface Step {
  readonly host: string;
  readonly when: "fault" | "cure";
  /** Of the shell, in their order. */
  readonly commands: readonly string[];
}

export interface Rehearsal {
  readonly steps: readonly Step[];
  /** Why steps are missing; undefined: they are all there. */
  readonly rest: string | undefined;
}

export interface RehearsalInput extends Omit<HostsInput, "hands"> {
  readonly fault: Fault;
  /** The host of the primary. */
  readonly primary: string;
  readonly signal: AbortSignal;
}

/** Asks at most what the fault itself asks of a Sentinel; changes nothing anywhere. */
export async function rehearse({
  fault,
  primary,
  signal,
  ...input
}: RehearsalInput): Promise<Rehearsal> {
  const steps: Step[] = [];
  // Those act by the words of Redis and Sentinel, or by a command of Baton's, and are not played.
  if (fault.needs.length === 0) return { steps, rest: fault.summary };
  let when: Step["when"] = "fault";
  const act = (host: { readonly name: string }, ...[deed]: Parameters<typeof deedLines>) => {
    const commands = deedLines(deed).filter((line) => !line.endsWith(DONE));
    steps.push({ host: host.name, when, commands });
    return Promise.resolve(systemClock.monotonicMs());
  };
  const lab = hostsSite({ ...input, hands: { act } });
  try {
    const injected = await fault.inject({ lab, group: input.group.name, primary, signal });
    when = "cure";
    await injected.cure?.();
    return { steps, rest: undefined };
  } catch (error) {
    // It waits for what the world makes of its first steps.
    if (error instanceof BatonError) return { steps, rest: fault.summary };
    throw error;
  }
}
