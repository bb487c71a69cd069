// Finds where two ways to a server answered differently, and the fewest scenes that still show it.
import type { Endpoint } from "../../../packages/baton/src/cluster/types.ts";
import { play } from "./play.ts";
import type { Scene, Step } from "./script.ts";
import { multibulk, type Session } from "./wire.ts";

interface Difference {
  /** Index of the scene it was found in. */
  readonly scene: number;
  readonly step: Step | undefined;
  readonly direct: string;
  readonly routed: string;
}

export interface Ways {
  readonly direct: Endpoint;
  readonly routed: Endpoint;
  readonly control: Session;
}

/** How long may be spent on fewer scenes: a reply that never comes costs its whole deadline each time. */
const SHRINK_MS = 60_000;
const SHOWN_BYTES = 400;

/** The bytes around the first one that differs. */
function excerpt(bytes: Buffer, at: number): string {
  const from = Math.max(0, at - SHOWN_BYTES / 2);
  const shown = JSON.stringify(bytes.subarray(from, at + SHOWN_BYTES / 2).toString("latin1"));
  return `${bytes.length} bytes, from ${from}: ${shown}`;
}

function firstDifference(a: Buffer, b: Buffer): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) if (a[at] !== b[at]) return at;
  return shorter;
}

/** @throws Error when a scene gets no answer even from the server itself. */
async function differenceIn(scenes: readonly Scene[], ways: Ways): Promise<Difference | undefined> {
  const direct = await play(scenes, ways.direct, ways.control);
  if (direct.failure !== undefined)
    throw new Error(`the scenes themselves are wrong, past every router: ${direct.failure}`);
  const routed = await play(scenes, ways.routed, ways.control);
  let index = 0;
  for (const [scene, { steps }] of scenes.entries()) {
    for (const step of steps) {
      const [one, other] = [direct.answers[index], routed.answers[index]];
      index += 1;
      if (one !== undefined && other !== undefined && one.equals(other)) continue;
      const at = one === undefined || other === undefined ? 0 : firstDifference(one, other);
      const told = (answer: Buffer | undefined, failure: string | undefined) =>
        answer === undefined ? (failure ?? "nothing") : excerpt(answer, at);
      return {
        scene,
        step,
        direct: told(one, direct.failure),
        routed: told(other, routed.failure),
      };
    }
  }
  return undefined;
}

/** Leaves out halves, quarters and so on before the scene that shows the difference, while it still does. */
async function shrink(scenes: readonly Scene[], ways: Ways): Promise<readonly Scene[]> {
  let present = scenes;
  const deadline = AbortSignal.timeout(SHRINK_MS);
  for (
    let size = Math.ceil(present.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = 0; from < present.length - 1 && !deadline.aborted; ) {
      const fewer = present.toSpliced(from, Math.min(size, present.length - 1 - from));
      const found = await differenceIn(fewer, ways);
      if (found === undefined) from += size;
      else present = fewer.slice(0, found.scene + 1);
    }
  }
  return present;
}

function describe(scene: Scene): string {
  const steps = scene.steps.map(({ actor, commands, chunks, until }) => {
    const text = JSON.stringify(commands.map(multibulk).join("")).slice(0, 600);
    const end = typeof until === "number" ? `${until} blocked` : until === "closed" ? until : "its mark";
    return `    ${actor} sends in ${chunks.length + 1} chunks, until ${end}: ${text}`;
  });
  return [`  ${scene.name}`, ...steps].join("\n");
}

/** @returns a report in sentences, or undefined when both ways answered the same. */
export async function findDifference(scenes: readonly Scene[], ways: Ways): Promise<string | undefined> {
  const first = await differenceIn(scenes, ways);
  if (first === undefined) return undefined;
  const few = await shrink(scenes.slice(0, first.scene + 1), ways);
  // One that does not show itself again is a finding all the same.
  const found = (await differenceIn(few, ways)) ?? first;
  return [
    `after ${few.length} of ${first.scene + 1} scenes, to ${found.step?.actor} in the last:`,
    ...few.slice(-12).map(describe),
    `direct: ${found.direct}`,
    `routed: ${found.routed}`,
  ].join("\n");
}
