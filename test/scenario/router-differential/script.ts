// How a scene is written down: who sends which bytes in which chunks, and what ends the answer.
import type { Dice } from "./dice.ts";
import { written } from "./wire.ts";
import type { Command } from "./words.ts";

export type Actor = "A" | "B" | "C";

export interface Step {
  readonly actor: Actor;
  readonly commands: readonly Command[];
  readonly bytes: Buffer;
  readonly chunks: readonly number[];
  /** Bytes that end the answer; or how many clients are blocked then; or the connection's end. */
  readonly until: Buffer | number | "closed";
  /** What is compared: every byte, all but the client's id, or the kind of the reply only. */
  readonly compare: "bytes" | "all but id" | "kind";
}

export interface Scene {
  readonly name: string;
  readonly steps: readonly Step[];
}

interface SendOptions {
  /** By default a PING with a name of its own, which every state of a session but MULTI answers. */
  readonly until?: Step["until"];
  readonly compare?: Step["compare"];
}

export interface Script {
  readonly dice: Dice;
  /** Differs from scene to scene: for keys and channels that nobody else may touch. */
  readonly number: number;
  send(actor: Actor, commands: readonly Command[], options?: SendOptions): void;
}

export interface SceneKind {
  readonly name: string;
  /** How often, compared with the others. */
  readonly weight: number;
  readonly write: (script: Script) => void;
}

/** In MULTI, what is refused at once and without harm for the transaction. */
export const NESTED = Buffer.from("-ERR MULTI calls can not be nested\r\n");

const CHUNKS_MAX = 30;

/** Few chunks at any byte: a split within a length, between CR and LF, or within a body. */
function chunksOf(length: number, dice: Dice): readonly number[] {
  if (dice.chance(0.6)) return [];
  const most = Math.max(1, dice.chance(0.5) ? 12 : Math.ceil((2 * length) / CHUNKS_MAX));
  const sizes: number[] = [];
  let left = length;
  while (sizes.length < CHUNKS_MAX && left > 1) {
    const size = Math.min(left - 1, 1 + dice.below(most));
    sizes.push(size);
    left -= size;
  }
  return sizes;
}

export function sceneFrom(
  name: string,
  number: number,
  dice: Dice,
  write: (script: Script) => void,
): Scene {
  const steps: Step[] = [];
  const send: Script["send"] = (actor, commands, { until, compare = "bytes" } = {}) => {
    const mark = `bt-${number}-${steps.length}-`;
    const asked = until === undefined ? [...commands, ["PING", mark]] : commands;
    const bytes = Buffer.from(asked.map((command) => written(command, dice)).join(""), "latin1");
    const end = until ?? Buffer.from(`$${mark.length}\r\n${mark}\r\n`);
    steps.push({ actor, commands, bytes, chunks: chunksOf(bytes.length, dice), until: end, compare });
  };
  write({ dice, number, send });
  return { name, steps };
}
