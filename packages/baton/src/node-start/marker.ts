// The word that a cluster is new, left by a deployment for one start and no other.
import { access, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { BatonError } from "../errors.ts";

/** Whether it was there; it is not any more, whatever becomes of the start. @throws BatonError DISK */
export async function takeMarker(given: unknown): Promise<boolean> {
  if (typeof given !== "string") return false;
  const path = resolve(given);
  try {
    await access(path);
  } catch {
    // Nobody has left one, which is the rule.
    return false;
  }
  try {
    await rm(path);
    return true;
  } catch (cause) {
    throw new BatonError("DISK", `${path}: ${(cause as Error).message}`, { cause });
  }
}
