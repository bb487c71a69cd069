// A file that names the primary, replaced as a whole, and a command that makes its reader look again.
import { isAbsolute } from "node:path";
import { z } from "zod";
import { duration } from "../../cluster/schema-values.ts";
import { BatonError } from "../../errors.ts";
import { readTextFileIfThere, writeFileAtomic } from "../../sys/files.ts";
import { argv, runProgram } from "./run-program.ts";
import type { Change, Reading, TargetKind } from "../target.ts";

const settings = z.strictObject({
  path: z
    .string()
    .max(1024)
    .refine(isAbsolute, { error: "Expected an absolute path" })
    .meta({ description: "The file. One that is there and was not written by Baton is left alone." }),
  format: z.enum(["json", "env"]).default("json").meta({
    description: "`json`: an object; `env`: lines for a shell or systemd's EnvironmentFile.",
  }),
  reload: argv()
    .optional()
    .meta({ description: "Run after a change: a program and its arguments, without a shell." }),
  timeout: duration(50, 60_000)
    .prefault("10s")
    .meta({ description: "How long one attempt may take, the reload included." }),
});
type Settings = z.output<typeof settings>;

const FILE_BYTES_MAX = 4096;
const content = z.object({
  group: z.string(),
  address: z.string(),
  port: z.coerce.number().int(),
  epoch: z.coerce.number().int(),
});

function written({ format }: Settings, { group, endpoint, epoch }: Change): string {
  const { address, port } = endpoint;
  if (format === "json") return `${JSON.stringify({ group, address, port, epoch })}\n`;
  // Names, numbers and IP addresses: nothing that a shell would read otherwise.
  const lines = { GROUP: group, ADDRESS: address, PORT: port, EPOCH: epoch };
  return Object.entries(lines)
    .map(([key, value]) => `REDIS_PRIMARY_${key}=${value}\n`)
    .join("");
}

function valuesIn(text: string, format: Settings["format"]): unknown {
  if (format === "json") return JSON.parse(text) as unknown;
  const pairs = [...text.matchAll(/^REDIS_PRIMARY_([A-Z]+)=(.*)$/gm)];
  return Object.fromEntries(pairs.map(([, key = "", value = ""]) => [key.toLowerCase(), value]));
}

async function read({ path, format }: Settings, signal: AbortSignal): Promise<Reading | undefined> {
  signal.throwIfAborted();
  const text = await readTextFileIfThere(path, FILE_BYTES_MAX);
  if (text === undefined) return undefined;
  try {
    const { address, port, epoch } = content.parse(valuesIn(text, format));
    return { endpoint: { address, port }, epoch, raw: text.trim().replaceAll("\n", " ") };
  } catch (cause) {
    // A wrong path must not cost somebody a file.
    const message = `${path}: not written by Baton in the format ${format}; move it away first`;
    throw new BatonError("REFUSED", message, { cause });
  }
}

export const file: TargetKind<Settings> = {
  id: "file",
  summary: "keeps a file with address, port and epoch of the primary, and runs a command after a change",
  fencing: "none",
  tier: "real",
  facts: {
    delay: "as long as the reload command takes",
    clients: "those that read the file again; the others stay where they are",
    rights: "The agent's user writes into the file's folder.",
    instead: "the router, where the reader cannot be told to cut its connections",
  },
  reach: "host",
  // The reload command has run, and nobody knows what it did with an address that is taken back.
  followsEarly: false,
  settings,
  open(own) {
    return Promise.resolve({
      deadlineMs: own.timeout,
      read: (signal) => read(own, signal),
      async write(change, signal) {
        signal.throwIfAborted();
        await writeFileAtomic(own.path, written(own, change), 0o644);
        if (own.reload === undefined) return;
        const { code, output } = await runProgram(own.reload, {}, signal);
        if (code === 0) return;
        const message = `${own.path} is written, and ${own.reload[0]} ended with ${code}${output}`;
        throw new BatonError("UNABLE", message);
      },
    });
  },
};
