// What a simulated Sentinel knows of one node, the timers by which it finds out, and what is around it.
import type { Vote } from "./failover.ts";
import type { Engine } from "./engine.ts";
import type { Sentinel } from "./sentinel.ts";
import type { Node, World } from "./world.ts";

export const DOWN_AFTER_MS = 1_800;
export const FAILOVER_TIMEOUT_MS = 5_000;
export const INFO_MS = 1_000;
export const PING_MS = 1_000;
export const PUBLISH_MS = 500;
export const ASK_MS = 1_000;
export const CONVERT_AFTER_MS = 4 * PUBLISH_MS;
export const TILT_TRIGGER_MS = 2_000;
export const TILT_MS = 9_000;

export interface Info {
  readonly atMs: number;
  readonly of: string | undefined;
  readonly priority: number;
  readonly offset: number;
  readonly linkDownMs: number;
}

/** What a Sentinel knows of one node. */
export class Known {
  readonly node: Node;
  info: Info | undefined;
  pongMs: number;
  pendingSinceMs: number | undefined;
  pingedMs = -1e9;
  askedInfoMs = -1e9;
  helloMs = -1e9;
  downSinceMs: number | undefined;
  wasDownMs = -1e9;
  /** Since when it has told the present role, and whom it follows. */
  roleSinceMs: number;
  reconf: "none" | "sent" | "done" = "none";
  reconfMs = 0;

  constructor(node: Node, nowMs: number) {
    this.node = node;
    this.pongMs = nowMs;
    this.roleSinceMs = nowMs;
  }
}

export interface Hello {
  readonly currentEpoch: number;
  readonly configEpoch: number;
  readonly primary: string;
  readonly isAstray: boolean;
}

export interface Surroundings {
  readonly engine: Engine;
  readonly world: World;
  readonly sentinels: readonly Sentinel[];
  /** A leader has seen its promotion: the epoch is its own from now on. */
  readonly won: (epoch: number, node: string) => void;
  /** A Sentinel has taken over a newer configuration. */
  readonly informed: () => void;
  /** The failover of this Sentinel has come one state further. */
  readonly entered: (sentinel: Sentinel) => void;
}

export interface Peer {
  isDown: boolean;
  heardMs: number;
  askedMs: number;
  vote: Vote | undefined;
}
