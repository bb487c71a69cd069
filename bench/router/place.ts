// Where a part of the benchmark happens: a lab of its own, a folder, processes, and the end of them all.
import { type LabHandle, startLab } from "../../packages/baton/src/lab/index.ts";
import { pathsIn } from "../../packages/baton/src/lab/home.ts";
import { BatonError } from "../../packages/baton/src/errors.ts";
import type { GroupPlan, RouterPlan } from "../../packages/baton/src/cluster/types.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { type OwnProcesses, openOwnProcesses } from "./own-processes.ts";
import type { Contestant } from "./contestant.ts";

export interface PartOptions {
  readonly rounds: number;
  /** How long one measure should take. */
  readonly seconds: number;
  readonly random: () => number;
  /** Small numbers: only to see whether everything runs. */
  readonly isQuick: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (sentence: string) => void;
}

export interface Place {
  readonly lab: LabHandle;
  readonly group: GroupPlan;
  readonly own: OwnProcesses;
  readonly clusterFile: string;
  readonly password: string;
  /** Address for proxies of this benchmark: as much its own as the lab's are the lab's. */
  readonly address: string;
}

export interface PlaceOptions extends Pick<PartOptions, "signal" | "onProgress"> {
  readonly name: string;
  readonly clusterText: string;
  readonly agents: boolean;
}

/** @throws what startLab and `use` throw; lab, processes and folder are gone then too. */
export async function inPlace<T>(
  { name, clusterText, agents, signal, onProgress }: PlaceOptions,
  use: (place: Place) => Promise<T>,
): Promise<T> {
  const lab = await startLab({ name, clusterText, agents, wires: false, signal, onProgress });
  try {
    const [group] = lab.layout.groups;
    if (group === undefined) throw new BatonError("UNABLE", `lab ${lab.name} has no group`);
    const own = await openOwnProcesses();
    try {
      const block = group.firstPrimary.address.split(".")[2] ?? "0";
      const address = `127.104.${block}.1`;
      const { clusterFile } = pathsIn(lab.directory);
      const password = lab.secrets.application;
      return await use({ lab, group, own, clusterFile, password, address });
    } finally {
      await own.close();
    }
  } finally {
    await lab.down();
  }
}

/** @throws BatonError UNABLE for a host that the lab has no router on. */
export function routerOn({ lab, group }: Place, host: string): RouterPlan {
  const plan = lab.layout.routers.find((one) => one.host === host && one.group === group.name);
  if (plan === undefined) throw new BatonError("UNABLE", `lab ${lab.name}: no router on ${host}`);
  return plan;
}

export function directTo({ group }: Place): Contestant {
  const { address, port } = group.firstPrimary;
  return { id: "direct", title: "Redis itself", address, port, pid: undefined };
}

/** The application's connection to the primary, for commands that take seconds. */
export function openPrimary({ group, password }: Place): Door {
  const { address, port } = group.firstPrimary;
  return openDoor({ address, port, password, connectMs: 2_000, commandMs: 30_000 });
}
