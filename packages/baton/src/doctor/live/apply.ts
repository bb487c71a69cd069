// Changes running processes as planned: nothing while a failover is under way, also one that begins in the
// middle, nothing that is not as the rule saw it, each change proved by asking again, and no further one
// after the first that fails.
import { assert, BatonError } from "../../errors.ts";
import type { Door } from "../../redis/door.ts";
import { parseInfo, StrangeReply } from "../../redis/replies.ts";
import type { LiveChange } from "../finding.ts";
import { formerOf } from "../live-plan.ts";
import { fieldsOf, rowsOf } from "./question.ts";

/** One process that is changed, or that knows of a failover. */
export interface Process {
  /** ADDRESS:PORT */
  readonly name: string;
  readonly kind: "redis" | "sentinel";
  readonly door: Door;
}

export interface Applied {
  readonly done: readonly LiveChange[];
  /** Why the rest was not done. */
  readonly trouble?: {
    readonly reason: string;
    /** The change on which it ended, where that may have been done all the same. */
    readonly unclear?: LiveChange;
  };
}

const MOVING = /(?:^|,)(?:failover_in_progress|promoted|reconf_\w+)(?:,|$)/;
const GROUPS_MAX = 64;

/** @returns why now is no time to change anything; undefined when it is. */
async function movementAt({ name, kind, door }: Process): Promise<string | undefined> {
  if (kind === "redis") {
    const state = parseInfo(await door.call(["INFO", "replication"])).get("master_failover_state");
    return state === undefined || state === "no-failover" ? undefined : `${name} hands over: ${state}`;
  }
  const reply = await door.call(["SENTINEL", "MASTERS"]);
  const row = (rowsOf(reply, "SENTINEL MASTERS", GROUPS_MAX) ?? []).find(
    (fields) =>
      MOVING.test(fields.get("flags") ?? "") || (fields.get("failover-state") ?? "none") !== "none",
  );
  return row && `${name} is in the middle of a failover of ${JSON.stringify(row.get("name"))}`;
}

/** Of all at once, as one that has frozen meanwhile is waited for. */
async function movementAmong(processes: readonly Process[]): Promise<string | undefined> {
  const movements = await Promise.all(processes.map(movementAt));
  return movements.find((movement) => movement !== undefined);
}

/** @throws BatonError UNREACHABLE, REFUSED or StrangeReply when the process does not say it. */
async function valueAt(door: Door, { proof }: LiveChange): Promise<string | undefined> {
  const field = proof.field ?? proof.ask.at(-1) ?? "";
  return fieldsOf(await door.call(proof.ask), proof.ask.join(" "))?.get(field);
}

function shown({ to, command }: LiveChange): string {
  return `${to} ${command.join(" ")}`;
}

function isDone(change: LiveChange, value: string | undefined): boolean {
  return value === change.proof.expected;
}

/** Why it must not be done; undefined when it may, or has been already. */
async function objectionTo(change: LiveChange, door: Door): Promise<string | undefined> {
  const value = await valueAt(door, change);
  if (isDone(change, value) || value === formerOf(change)) return undefined;
  const found = value === undefined ? "does not say what it is" : `is ${JSON.stringify(value)} by now`;
  return `${shown(change)}: it ${found}, and was ${JSON.stringify(formerOf(change))}`;
}

/** A reply is an answer, whatever it says; without one a command may have been done. */
function mayBeDone(error: unknown): boolean {
  return error instanceof BatonError && error.code === "UNREACHABLE";
}

async function apply(change: LiveChange, door: Door): Promise<Applied> {
  if (isDone(change, await valueAt(door, change))) return { done: [] };
  try {
    await door.call(change.command);
  } catch (error) {
    const reason = `${shown(change)}: ${reasonOf(error)}`;
    return { done: [], trouble: { reason, ...(mayBeDone(error) && { unclear: change }) } };
  }
  try {
    const value = await valueAt(door, change);
    if (isDone(change, value)) return { done: [change] };
    const reason = `${shown(change)}: it was accepted, and the value is ${JSON.stringify(value ?? null)}`;
    return { done: [], trouble: { reason, unclear: change } };
  } catch (error) {
    const reason = `${shown(change)}: it was accepted, and not proved: ${reasonOf(error)}`;
    return { done: [], trouble: { reason, unclear: change } };
  }
}

function reasonOf(error: unknown): string {
  const isOfWorld = error instanceof BatonError || error instanceof StrangeReply;
  // Whatever else is thrown by a door is an error reply.
  if (isOfWorld || (error as Error).name === "ReplyRefused") return (error as Error).message;
  throw error;
}

/** `processes` are all that answered: those that are changed, and those that know of a failover. */
export async function applyChanges(
  changes: readonly LiveChange[],
  processes: readonly Process[],
  signal: AbortSignal,
): Promise<Applied> {
  const doors = new Map(processes.map(({ name, door }) => [name, door]));
  const doorOf = ({ to }: LiveChange): Door => {
    const door = doors.get(to);
    assert(door !== undefined, `a change goes to ${to}, which nobody asked`);
    return door;
  };
  const objection = await beforehand(async () => {
    const movement = await movementAmong(processes);
    if (movement !== undefined) return movement;
    for (const change of changes) {
      const objection = await objectionTo(change, doorOf(change));
      if (objection !== undefined) return objection;
    }
    return undefined;
  });
  if (objection !== undefined) return { done: [], trouble: { reason: objection } };
  const done: LiveChange[] = [];
  for (const change of changes) {
    if (signal.aborted) return { done, trouble: { reason: "it was interrupted" } };
    const movement = await beforehand(() => movementAmong(processes));
    if (movement !== undefined) return { done, trouble: { reason: movement } };
    const outcome = await apply(change, doorOf(change));
    done.push(...outcome.done);
    if (outcome.trouble !== undefined) return { done, trouble: outcome.trouble };
  }
  return { done };
}

async function beforehand(look: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await look();
  } catch (error) {
    return reasonOf(error);
  }
}
