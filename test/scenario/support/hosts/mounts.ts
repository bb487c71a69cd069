// Mounts below a folder of ours: what they are, and how to end them before the folder is removed.
import { readFileSync } from "node:fs";
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import { command } from "./command.ts";

/** Mount points in the folder, and the folder itself, the last one mounted first. */
export function mountsBelow(folder: string): readonly string[] {
  const points = readFileSync("/proc/self/mountinfo", "utf8")
    .trim()
    .split("\n")
    .map((line) => (line.split(" ")[4] ?? "").replaceAll("\\040", " "));
  return points.filter((point) => point === folder || point.startsWith(`${folder}/`)).toReversed();
}

/** @throws BatonError NOT_READY when one is still in use after 20 s. */
export async function unmountBelow(folder: string): Promise<void> {
  const look = async () => {
    for (const point of mountsBelow(folder)) await command(["umount", point]);
    const left = mountsBelow(folder);
    return left.length === 0 ? seen(undefined) : missing(`umount of ${left.join(", ")}`);
  };
  await waitFor(`nothing to be mounted in ${folder}`, look, { withinMs: 20_000, everyMs: 50 });
}
