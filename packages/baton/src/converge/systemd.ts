// Asks systemd about units, and tells it what to do with them.
import { BatonError } from "../errors.ts";
import { runCommand } from "../sys/run-command.ts";
import { DEBIAN_UNIT, NODE_UNITS } from "./units.ts";

export interface UnitState {
  readonly isActive: boolean;
  readonly isEnabled: boolean;
  /** 0 when no process runs. */
  readonly pid: number;
  /** Changes with every start; empty when it never ran. */
  readonly invocation: string;
}

const ASK_MS = 20_000;
const PROPERTIES = "Id,ActiveState,UnitFileState,MainPID,InvocationID";

async function systemctl(
  args: readonly string[],
  signal: AbortSignal,
  withinMs = ASK_MS,
): Promise<string> {
  const { status, stdout, stderr } = await runCommand(["systemctl", ...args], { withinMs, signal });
  if (status === 0) return stdout;
  const said = stderr.trim().split("\n").slice(0, 3).join(" ");
  throw new BatonError("UNABLE", `systemctl ${args.join(" ")}: exit ${status}: ${said}`);
}

/** Names of Redis units that are loaded or enabled, wanted or not. */
export async function presentNodeUnits(signal: AbortSignal): Promise<readonly string[]> {
  const quiet = ["--all", "--plain", "--no-legend", "--no-pager", NODE_UNITS];
  const [loaded, files] = await Promise.all([
    systemctl(["list-units", ...quiet], signal),
    // It ends with 1 when it lists nothing.
    runCommand(["systemctl", "list-unit-files", "--no-legend", "--no-pager", NODE_UNITS], {
      withinMs: ASK_MS,
      signal,
    }),
  ]);
  const names = `${loaded}\n${files.stdout}`
    .split("\n")
    .map((line) => line.trim().split(/\s+/)[0] ?? "");
  return [...new Set(names)].filter((name) => /^redis-server@[^.]+\.service$/.test(name)).toSorted();
}

function stateFrom(fields: ReadonlyMap<string, string>): UnitState {
  return {
    // A process that is being started is there: to start it again is to wait for it.
    isActive: fields.get("ActiveState") === "active",
    isEnabled: fields.get("UnitFileState") === "enabled",
    pid: Number(fields.get("MainPID") ?? 0),
    invocation: fields.get("InvocationID") ?? "",
  };
}

/** @throws BatonError UNABLE */
export async function unitState(unit: string, signal: AbortSignal): Promise<UnitState> {
  const text = await systemctl(["show", unit, "--property", PROPERTIES], signal);
  const fields = text.split("\n").flatMap((line): readonly (readonly [string, string])[] => {
    const at = line.indexOf("=");
    return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1).trim()]];
  });
  return stateFrom(new Map(fields));
}

/** Resolves when the unit says that it is ready. @throws BatonError UNABLE, NOT_READY */
export async function startUnit(
  unit: string,
  word: "start" | "restart",
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  await systemctl(["enable", "--quiet", unit], signal);
  await systemctl(["reset-failed", unit], signal).catch(() => undefined);
  await systemctl([word, unit], signal, withinMs);
}

/**
 * Debian's single unit must not come back with the next package: it is masked. @throws as `stopUnit`
 */
export async function stopForGood(unit: string, withinMs: number, signal: AbortSignal): Promise<void> {
  await stopUnit(unit, withinMs, signal);
  if (unit === DEBIAN_UNIT) await systemctl(["mask", "--quiet", unit], signal);
}

/** @throws BatonError UNABLE, NOT_READY */
export async function stopUnit(unit: string, withinMs: number, signal: AbortSignal): Promise<void> {
  await systemctl(["disable", "--quiet", "--now", unit], signal, withinMs);
}
