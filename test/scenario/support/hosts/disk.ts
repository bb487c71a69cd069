// The disk of one test host: a layer of its own over the common base, emptied by throwing the layer away.
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { must } from "./command.ts";
import { unmountBelow } from "./mounts.ts";

export interface HostFile {
  readonly text: string;
  readonly mode: number;
}

export interface DiskOptions {
  readonly base: string;
  readonly folder: string;
  /** Written to every new disk, by path below the host's root: what an installer would leave behind. */
  readonly files: Readonly<Record<string, HostFile>>;
}

export interface Disk {
  /** Where the machine sees the host's root folder, whether the host is on or off. */
  readonly root: string;
  /** Throws away all that was written since the host was bare. The host must be off. */
  wipe(): Promise<void>;
}

/** A bare host's disk, mounted. */
export async function makeDisk({ base, folder, files }: DiskOptions): Promise<Disk> {
  const [upper, work, root] = ["upper", "work", "root"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const create = async (): Promise<void> => {
    for (const path of [upper, work, root]) await mkdir(path, { recursive: true });
    // The host's own / has the rights of its upper layer: everybody may look into it, whatever our umask.
    await chmod(upper, 0o755);
    const layers = `lowerdir=${base},upperdir=${upper},workdir=${work}`;
    await must(["mount", "-t", "overlay", "overlay", "-o", layers, root]);
    await mkdir(join(root, "root/.ssh"), { recursive: true, mode: 0o700 });
    for (const [path, { text, mode }] of Object.entries(files)) {
      await writeFile(join(root, path), text);
      await chmod(join(root, path), mode);
    }
  };
  await create();
  return {
    root,
    async wipe() {
      await unmountBelow(folder);
      await rm(upper, { recursive: true });
      await rm(work, { recursive: true });
      await create();
    },
  };
}
