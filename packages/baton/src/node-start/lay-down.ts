// Makes the file that a Redis node starts with of its settings.
import { dirname } from "node:path";
import { ownerOf, writeFileAtomic } from "../sys/files.ts";
import { type StartSettings, settingsForStart } from "./settings-for-start.ts";

const MODE = 0o640;

/**
 * Redis rewrites its file with everything that it was told at run time; a start brings it back to what is
 * written. Its owner is that of its folder.
 * @throws BatonError DISK
 */
export async function layDown(
  options: Omit<StartSettings, "server"> & { readonly configPath: string },
): Promise<void> {
  const { configPath } = options;
  const text = await settingsForStart({ ...options, server: "redis" });
  await writeFileAtomic(configPath, text, MODE, await ownerOf(dirname(configPath)));
}
