// What is kept of a lab in which a promise was broken: its folder with configurations, logs and journals, and
// the round itself.
import { cp, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathsIn } from "../../packages/baton/src/lab/home.ts";
import type { LabHandle } from "../../packages/baton/src/lab/index.ts";

/** @returns where it is. */
export async function keepLogs(
  { directory }: Pick<LabHandle, "directory">,
  out: string | undefined,
  { name, round }: { readonly name: string; readonly round: unknown },
): Promise<string> {
  const parent = out ?? (await mkdtemp(join(tmpdir(), "baton-durability-")));
  const folder = join(parent, `evidence-${name}`);
  await mkdir(folder, { recursive: true });
  const { secrets, socket } = pathsIn(directory);
  // A control socket cannot be copied, and files of passwords need not be.
  const filter = (path: string) => path !== secrets && path !== socket;
  await cp(directory, folder, { recursive: true, filter });
  await writeFile(join(folder, "round.json"), `${JSON.stringify(round, undefined, 2)}\n`);
  return folder;
}
