// Counts how often a client lost a connection that it had.
import type { Redis } from "ioredis";

/** An attempt that was refused is none: "close" counts only after "ready". */
export function countClosed(redis: Redis): () => number {
  let isOpen = false;
  let closed = 0;
  redis.on("ready", () => {
    isOpen = true;
  });
  redis.on("close", () => {
    if (isOpen) closed += 1;
    isOpen = false;
  });
  return () => closed;
}
