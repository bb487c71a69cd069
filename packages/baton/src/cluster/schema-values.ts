// The kinds of values that a cluster file holds, each with the sentence for a value that does not fit.
import { z } from "zod";
import { judgeAddress } from "./address.ts";
import { DURATION_PATTERN, formatDuration, parseDuration } from "./duration.ts";
import { refusedSetting } from "./redis-settings.ts";
import { quoted } from "./text.ts";
import type { Objectives, SecretReference } from "./types.ts";

export const SECOND_MS = 1000;
export const HOUR_MS = 3_600_000;
const SETTING_CHARACTERS_MAX = 1000;

const foundText = (input: unknown): string => {
  return typeof input === "string"
    ? quoted(input)
    : `${JSON.stringify(input) ?? "nothing"}, which is no text`;
};

const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/;
export const name = () => {
  return z.string().regex(NAME_PATTERN, {
    error: ({ input }) => {
      return `Expected 1 to 40 letters, digits and dashes, the first no dash, found ${foundText(input)}`;
    },
  });
};

export const port = () => z.int().min(1).max(65_535).meta({ unit: "TCP port" });

/** A duration within bounds, both included; the value is milliseconds. */
export const duration = (minMs: number, maxMs: number) => {
  const from = minMs === 0 ? "up" : `from ${formatDuration(minMs)}`;
  const bounds = `${from} to ${formatDuration(maxMs)}`;
  const expected = `Expected a duration ${bounds}, such as 500ms, 3s or 2m`;
  return z
    .string({ error: ({ input }) => `${expected}, found ${JSON.stringify(input) ?? "nothing"}` })
    .transform((text, context) => {
      const durationMs = parseDuration(text);
      if (durationMs !== undefined && durationMs >= minMs && durationMs <= maxMs) return durationMs;
      context.addIssue({ code: "custom", message: `${expected}, found ${quoted(text)}` });
      return z.NEVER;
    })
    .meta({ pattern: DURATION_PATTERN.source, unit: `duration ${bounds}` });
};

export const rpo = () => {
  const expected = `Expected a duration up to ${formatDuration(HOUR_MS)}, such as 5s, or "none"`;
  return z
    .union([z.string(), z.literal(0)], {
      error: ({ input }) => `${expected}, found ${JSON.stringify(input) ?? "nothing"}`,
    })
    .transform((written, context): Objectives["rpo"] => {
      if (written === "none") return { kind: "none" };
      const ms = written === 0 ? 0 : parseDuration(written);
      if (ms !== undefined && ms <= HOUR_MS) return { kind: "bounded", ms };
      context.addIssue({ code: "custom", message: `${expected}, found ${quoted(String(written))}` });
      return z.NEVER;
    })
    .meta({ unit: "duration or none" });
};

export const address = z
  .string()
  .max(64)
  .transform((text, context) => {
    const judged = judgeAddress(text);
    if (judged.kind === "address") return judged.canonical;
    context.addIssue({ code: "custom", message: `${judged.message}; found ${quoted(text)}` });
    return z.NEVER;
  });

export const directive = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, {
    error: ({ input }) => `Expected a redis.conf directive in lower case, found ${foundText(input)}`,
  })
  .check((context) => {
    const reason = refusedSetting(context.value);
    if (reason === undefined) return;
    context.issues.push({
      code: "custom",
      input: context.value,
      message: `Not ${context.value}: ${reason}`,
    });
  });

/**
 * What is wrong with a setting's value. It is never quoted: somebody may have written a password here.
 */
function settingProblem(written: string | number): string | undefined {
  const text = String(written);
  if (text.length > SETTING_CHARACTERS_MAX) {
    return `Expected at most ${SETTING_CHARACTERS_MAX} characters, found ${text.length}`;
  }
  if (/[\p{Cc}\p{Cs}]/u.test(text)) {
    return "Expected one line without control characters: a new line would be a new directive";
  }
  const isPlain = typeof written === "string" || /^-?\d+(\.\d+)?$/.test(text);
  return isPlain ? undefined : "Expected a number in plain digits; quote anything else";
}

/**
 * Everything behind the directive's name, as one text: `save: "900 1 300 10"`, `maxmemory: 1gb`, `save:
 * ""`.
 */
export const setting = z
  .union([z.string(), z.number()], {
    error: "Expected text or a number as redis.conf takes it (yes and no, not true and false)",
  })
  .transform((written, context) => {
    const message = settingProblem(written);
    if (message === undefined) return String(written);
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

/** A file's path; a relative one starts at the cluster file's folder. */
export const filePath = () =>
  z
    .string()
    .min(1)
    .max(1024)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: "Expected a path without control characters" });

const SECRET_EXPECTED =
  "Expected { env: NAME } or { file: path }; the secret itself has no place in this file";

const secretShape = z.strictObject(
  {
    env: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, { error: "Expected the name of an environment variable" })
      .optional()
      .meta({ description: "Name of the environment variable that holds it." }),
    file: filePath()
      .optional()
      .meta({ description: "File that holds it; a relative path starts at the cluster file's folder." }),
  },
  { error: (issue) => (issue.code === "invalid_type" ? SECRET_EXPECTED : undefined) },
);

const secretReference = secretShape.transform(({ env, file }, context): SecretReference => {
  if (env !== undefined && file === undefined) return { kind: "env", name: env };
  if (file !== undefined && env === undefined) return { kind: "file", path: file };
  context.addIssue({ code: "custom", message: SECRET_EXPECTED });
  return z.NEVER;
});
const SECRET_META = {
  unit: "`{ env: NAME }` or `{ file: path }`",
  minProperties: 1,
  maxProperties: 1,
} as const;

export const secret = (environmentName: string, description: string) => {
  return secretReference.prefault({ env: environmentName }).meta({ description, ...SECRET_META });
};

/** A secret that a cluster can do without. */
const SSH_USER = "[a-z_][a-z0-9_-]{0,31}";
const SSH_NAME = "[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9a-fA-F:.]+\\]";
const SSH_DESTINATION = new RegExp(`^(?:${SSH_USER}@)?(?:${SSH_NAME})(?::\\d{1,5})?$`);

/** Never begins with a dash: ssh would take it for an option. */
export const sshDestination = z.string().regex(SSH_DESTINATION, {
  error: "Expected [USER@]ADDRESS[:PORT], an IPv6 address in brackets",
});

export const optionalSecret = (description: string) => {
  return secretReference.optional().meta({ description, ...SECRET_META });
};
