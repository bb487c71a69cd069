// baton adopt: the cluster file of a running Sentinel cluster that Baton does not run yet.
import { access } from "node:fs/promises";
import { printable } from "../cluster/text.ts";
import { type Draft, draftOf } from "../adopt/draft.ts";
import { lookAround } from "../adopt/look.ts";
import { BatonError, EXIT } from "../errors.ts";
import { writeNewFile } from "../sys/files.ts";
import type { Command, Context, Given } from "./command.ts";
import { textAsked } from "./doctor-asked.ts";
import { liveOptions } from "./doctor-live-options.ts";
import { loginAsked, placesAsked, tlsAsked } from "./live-access.ts";

/** There is no password in it. */
const MODE = 0o644;
const REASONS_SHOWN = 20;
const OWN_OPTIONS = ["--live", "--watch"];

type Written = Extract<Draft, { readonly kind: "file" }>;

const occupied = (path: string): BatonError =>
  new BatonError(
    "USAGE",
    `--out ${printable(path)}: there is something of that name; nothing was written`,
  );

/** @throws BatonError USAGE */
async function refuseOccupied(path: string): Promise<void> {
  let isThere = true;
  // Whatever else is wrong with the place is said when the file is written.
  await access(path).catch(() => (isThere = false));
  if (isThere) throw occupied(path);
}

/** Everything that speaks for or against what was seen. @throws BatonError */
async function draftAsked(given: Given, context: Context): Promise<Written> {
  const { clock, signal } = context;
  const sentinels = placesAsked(given);
  if (sentinels.length === 0)
    throw new BatonError("USAGE", "adopt needs a Sentinel to begin with: --sentinel ADDRESS:PORT");
  const sentinelLogin = await loginAsked(given, "sentinel", context);
  const redisLogin = await loginAsked(given, "redis", context);
  const tls = await tlsAsked(given);
  const seen = await lookAround({ sentinels, sentinelLogin, redisLogin, tls, clock, signal });
  const logins = {
    sentinel: sentinelLogin.password !== undefined,
    redis: redisLogin.password !== undefined,
  };
  const draft = draftOf({ seen, logins, name: textAsked(given, "name") });
  if (draft.kind === "file") return draft;
  const { reasons } = draft;
  const more = reasons.length - REASONS_SHOWN;
  const lines = [...reasons.slice(0, REASONS_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])];
  throw new BatonError(
    "UNABLE",
    ["there is no cluster file for this; nothing was written:", ...lines].join("\n  - "),
    { details: { reasons } },
  );
}

/** For a shell, as people copy the lines. */
const word = (text: string): string =>
  /^[\w./:,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** Before a deployment the users of the cluster file are not there: doctor asks as adopt did. */
function nextSteps(out: string, given: Given): readonly string[] {
  const path = word(out);
  const login = liveOptions.flatMap(({ flags }) => {
    const [option = ""] = flags.split(" ");
    const name = option.slice(2).replaceAll(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase());
    const value = textAsked(given, name);
    return value === undefined ? [] : [`${option} ${word(value)}`];
  });
  return [
    `baton explain --file ${path}`,
    `baton doctor --live ${login.join(" ")}`,
    `baton render --file ${path} --out rendered`,
    `baton deploy --file ${path} --check`,
    `baton deploy --file ${path}`,
    `baton doctor --live --file ${path}`,
  ].map(printable);
}

function report(path: string, draft: Written, next: readonly string[], { terminal }: Context): void {
  const list = (heading: string, sentences: readonly string[]): void => {
    if (sentences.length === 0) return;
    terminal.out(heading);
    for (const sentence of sentences) terminal.out(`  - ${sentence}`);
  };
  terminal.out(`${printable(path)} written.`);
  list("To check before anything is deployed:", draft.checks);
  list("Set by Baton, where nobody has set anything today:", draft.changed);
  for (const loss of draft.lost) terminal.out(`NOT taken over: ${loss}`);
  list("Next, with the five passwords in the environment:", next);
}

export const adopt: Command = {
  id: "adopt",
  summary: "write the cluster file of a running Sentinel cluster; changes nothing on it",
  examples: [
    {
      line: "baton adopt --sentinel 10.0.0.1:26379 --redis-password-env REDIS_PASSWORD",
      remark: "writes cluster.yml",
    },
    {
      line: "baton adopt --sentinel 10.0.0.1:26379 --out shop.yml --name shop",
      remark: "where nobody asks for a password",
    },
  ],
  options: [
    ...liveOptions.filter(({ flags }) => !OWN_OPTIONS.includes(flags.split(" ", 1)[0] ?? "")),
    {
      flags: "--out <path>",
      summary: "the cluster file; never one that is there",
      fallback: "cluster.yml",
    },
    { flags: "--name <name>", summary: "of the cluster; without it that of its only group" },
    { flags: "--json", summary: "print JSON" },
  ],
  async run(given, context) {
    const path = textAsked(given, "out") ?? "cluster.yml";
    await refuseOccupied(path);
    const draft = await draftAsked(given, context);
    if (!(await writeNewFile(path, draft.text, MODE))) throw occupied(path);
    const next = nextSteps(path, given);
    const { checks, changed, lost } = draft;
    if (given["json"] === true)
      context.terminal.out(
        JSON.stringify({ file: path, checks, changed, notTakenOver: lost, next }, undefined, 2),
      );
    else report(path, draft, next, context);
    return EXIT.fine;
  },
};
