// How every benchmark reads its options: strictly, with the same words for what is wrong.
import { parseArgs, type ParseArgsConfig } from "node:util";
import { BatonError } from "../../packages/baton/src/errors.ts";

/** @throws BatonError USAGE for an option that is not known, has no value, or stands alone. */
export function parsed<const T extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new BatonError("USAGE", (cause as Error).message, { cause });
  }
}

/** A whole number within bounds, both included. @throws BatonError USAGE */
export function numberFrom(name: string, asked: string, least: number, most: number): number {
  const value = Number(asked);
  if (/^\d+$/.test(asked) && value >= least && value <= most) return value;
  throw new BatonError("USAGE", `--${name} ${asked}: expected a whole number from ${least} to ${most}`);
}

/** Undefined when nothing was asked for. @throws BatonError USAGE */
export function oneOf<T extends string>(
  name: string,
  asked: string | undefined,
  known: readonly T[],
): T | undefined {
  const found = known.find((one) => one === asked);
  if (asked === undefined || found !== undefined) return found;
  throw new BatonError("USAGE", `--${name} ${asked}: expected one of ${known.join(", ")}`);
}
