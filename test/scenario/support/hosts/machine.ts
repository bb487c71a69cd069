// One test host with its switch: on, off, orderly or not, and its disk.
import { signalProcess } from "../../../../packages/baton/src/sys/processes.ts";
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import { type Argv, type CommandOptions, type Done, must } from "./command.ts";
import { type Container, ENVIRONMENT } from "./container.ts";
import type { Disk } from "./disk.ts";

export interface Machine {
  /** Starts systemd on the disk as it is. Resolves once init runs. */
  powerOn(): Promise<void>;
  /** Resolves when no job of the boot is left; says "running" or "degraded". */
  booted(): Promise<string>;
  /**
   * SIGKILL to init: every process of the host is gone at once, and none has a chance to write. What the
   * kernel holds unwritten in its page cache survives, unlike in a real power cut.
   */
  powerOff(): Promise<void>;
  /** systemctl poweroff: every service is stopped in order. */
  shutDown(): Promise<void>;
  /** systemctl reboot. Resolves once the new init runs. */
  reboot(): Promise<void>;
  isOn(): boolean;
  /** As root, in all namespaces of the host; needs no network. @throws Error when the host is off. */
  run(argv: Argv, options?: CommandOptions): Promise<Done>;
  /** As root, in the host's root folder: also while it is off. */
  onDisk(argv: Argv): Promise<string>;
  wipe(): Promise<void>;
}

const BOOT_MS = 60_000;
const OFF_MS = 20_000;
/** systemd gives a service 90 s to stop. */
const SHUTDOWN_MS = 120_000;

export function makeMachine(name: string, container: Container, disk: Disk): Machine {
  const { isOn, init, enter } = container;
  return {
    isOn,
    run: enter,
    onDisk: async (argv) => await must(["chroot", disk.root, ...ENVIRONMENT, ...argv]),
    async powerOn() {
      if (isOn()) throw new Error(`${name} is on already`);
      await container.start();
      await container.newInit(undefined, BOOT_MS);
    },
    async booted() {
      const look = async () => {
        if (!isOn()) return seen("off");
        const { stdout, stderr } = await enter(["systemctl", "is-system-running"]);
        const state = stdout.trim();
        if (state === "running" || state === "degraded") return seen(state);
        return missing(`the end of "${state}" ${stderr.trim()}`);
      };
      const state = await waitFor(`${name} to have booted`, look, { withinMs: BOOT_MS, everyMs: 100 });
      await container.checkIsOn();
      return state;
    },
    async powerOff() {
      const first = init();
      if (first !== undefined) signalProcess(first, "SIGKILL");
      await container.ended(OFF_MS);
    },
    async shutDown() {
      await enter(["systemctl", "poweroff"]);
      await container.ended(SHUTDOWN_MS);
    },
    async reboot() {
      const before = init();
      await enter(["systemctl", "reboot"]);
      await container.newInit(before, SHUTDOWN_MS);
    },
    async wipe() {
      if (isOn()) throw new Error(`${name} is on: its disk is in use`);
      await disk.wipe();
    },
  };
}
