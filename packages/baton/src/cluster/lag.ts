// How far a replica may be behind and still be read from: a time ("2s"), or a number of bytes (1048576).
import { z } from "zod";
import { DURATION_PATTERN, formatDuration, parseDuration } from "./duration.ts";
import { HOUR_MS, SECOND_MS } from "./schema-values.ts";
import { quoted } from "./text.ts";
import type { MaxLag } from "./types.ts";

const BYTES_MAX = 2 ** 40;
/** Agents look twice a second: what is asked for in less cannot be known. */
const TIME_MS_MIN = SECOND_MS;

const EXPECTED =
  `Expected a duration from ${formatDuration(TIME_MS_MIN)} to ${formatDuration(HOUR_MS)}, such as 2s, ` +
  "or a whole number of bytes, such as 1048576";

export const maxLag = () =>
  z
    .union([z.string(), z.int().min(0).max(BYTES_MAX)], {
      error: ({ input }) => `${EXPECTED}, found ${JSON.stringify(input) ?? "nothing"}`,
    })
    .transform((written, context): MaxLag => {
      if (typeof written === "number") return { kind: "bytes", bytes: written };
      const ms = parseDuration(written);
      if (ms !== undefined && ms >= TIME_MS_MIN && ms <= HOUR_MS) return { kind: "time", ms };
      context.addIssue({ code: "custom", message: `${EXPECTED}, found ${quoted(written)}` });
      return z.NEVER;
    })
    .meta({ pattern: DURATION_PATTERN.source, unit: "duration or bytes" });

/** As `maxLag` takes it. */
export function writtenMaxLag(lag: MaxLag): string | number {
  return lag.kind === "time" ? formatDuration(lag.ms) : lag.bytes;
}
