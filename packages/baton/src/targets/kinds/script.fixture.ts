// A folder with a small script that can be made to fail or to hang, for targets that run programs.
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Script {
  readonly folder: string;
  readonly path: string;
  refuse(): Promise<void>;
  stall(): Promise<void>;
  recover(): Promise<void>;
  close(): Promise<void>;
}

/** `body` is sh; $folder is the script's own folder. */
export async function makeScript(body: string): Promise<Script> {
  const folder = await mkdtemp(join(tmpdir(), "baton-script-"));
  const path = join(folder, "script");
  const lines = [
    "#!/bin/sh",
    `folder=${folder}`,
    'if [ -e "$folder/refuse" ]; then echo "not today"; exit 1; fi',
    'if [ -e "$folder/stall" ]; then sleep 60; exit 3; fi',
    body,
  ];
  await writeFile(path, `${lines.join("\n")}\n`);
  await chmod(path, 0o755);
  const flags = ["refuse", "stall"].map((flag) => join(folder, flag));
  return {
    folder,
    path,
    refuse: () => writeFile(join(folder, "refuse"), ""),
    stall: () => writeFile(join(folder, "stall"), ""),
    async recover() {
      for (const flag of flags) await rm(flag, { force: true });
    },
    close: () => rm(folder, { recursive: true }),
  };
}
