// baton render: every file that the hosts of a cluster need, in a folder to look at, keep and deploy.
import { dirname, resolve } from "node:path";
import { readCluster } from "../cluster/read.ts";
import { counted, listed, printable } from "../cluster/text.ts";
import { hostFiles, kinds } from "../deploy/host-files.ts";
import { diffOf, withContext } from "../deploy/line-diff.ts";
import { lookAt, type Output, writeOutput } from "../deploy/output.ts";
import { type Change, nameOf } from "../deploy/output-plan.ts";
import { hidden, wordsShown } from "../doctor/edit-secrets.ts";
import { BatonError, EXIT } from "../errors.ts";
import type { Command, Context, Given } from "./command.ts";
import { readAllSecrets } from "./secrets.ts";

/** Of files with passwords, too. */
const INVENTORY = "ansible/inventory.yml";
const CONTEXT_LINES = 3;
const RUNBOOKS_CHARACTERS_MAX = 1_000;
const WORDS = { new: "new", changed: "changed", gone: "removed", same: "same" } as const;

/** Undefined: all of them. @throws BatonError USAGE */
function kindsAsked({ only }: Given): ReadonlySet<string> | undefined {
  if (typeof only !== "string") return undefined;
  const known = kinds.map(({ id }) => id);
  const asked = new Set(only.split(",").map((kind) => kind.trim()));
  const unknown = [...asked].find((kind) => !known.includes(kind));
  if (unknown === undefined) return asked;
  throw new BatonError(
    "USAGE",
    `--only ${printable(unknown)}: expected one or more of ${listed(known)}`,
  );
}

/** Undefined: where the rules themselves say. @throws BatonError USAGE */
function runbooksAsked({ runbooks }: Given): string | undefined {
  if (typeof runbooks !== "string") return undefined;
  const isText = runbooks.length <= RUNBOOKS_CHARACTERS_MAX && /^[^\s{}"\\\p{Cc}]+$/u.test(runbooks);
  if (isText && runbooks.includes("NAME")) return runbooks;
  const expected =
    "expected a URL or a path with NAME in it, such as https://docs.example.com/NAME.html";
  throw new BatonError("USAGE", `--runbooks ${printable(runbooks.slice(0, 100))}: ${expected}`);
}

/** Passwords are taken out: a diff ends up in tickets. */
function diffLines(change: Change): readonly string[] {
  if (change.kind !== "changed") return [];
  const { before, file } = change;
  if (file.path === INVENTORY) return ["    hashes of the files of hosts, which are not shown"];
  if (file.path.includes("/secrets/")) return ["    a secret, which is not shown"];
  const lines = diffOf(before, file.text);
  if (lines === undefined) return ["    too long to compare line by line"];
  return withContext(lines, CONTEXT_LINES).map((line) => {
    if (line === undefined) return "    ...";
    return `    ${line.sign}${printable(hidden(line.line, wordsShown(line.line)))}`;
  });
}

function report({ plan: { changes } }: Output, withDiff: boolean, { terminal }: Context): void {
  for (const change of changes) {
    if (change.kind === "same") continue;
    terminal.out(`  ${WORDS[change.kind].padEnd(8)} ${nameOf(change)}`);
    if (withDiff) for (const line of diffLines(change)) terminal.out(line);
  }
}

/** @throws BatonError USAGE */
function foldersAsked({ file, out }: Given): { readonly file: string; readonly out: string } {
  if (typeof file === "string" && typeof out === "string") return { file, out: resolve(out) };
  throw new BatonError("USAGE", "render needs a cluster file and a folder: --file FILE --out FOLDER");
}

function inJson({ plan }: Output, isWritten: boolean): string {
  const files = plan.changes.map((change) => ({ change: WORDS[change.kind], file: nameOf(change) }));
  return JSON.stringify({ written: isWritten, files, obstacles: plan.obstacles }, undefined, 2);
}

export const render: Command = {
  id: "render",
  summary: "write every file that the hosts of a cluster need into a folder",
  examples: [
    {
      line: "baton render --file cluster.yml --out rendered",
      remark: "hosts/NAME/etc/..., and what else",
    },
    {
      line: "baton render --file cluster.yml --out rendered --diff",
      remark: "what would change; writes nothing",
    },
    {
      line: "baton render --file cluster.yml --out rendered --only firewall,kernel",
      remark: "only these kinds",
    },
  ],
  options: [
    { flags: "--file <path>", summary: "the cluster file" },
    { flags: "--out <folder>", summary: "where to; edits of yours in there are never overwritten" },
    {
      flags: "--only <kinds>",
      summary: `only these, with commas: ${kinds.map(({ id }) => id).join(", ")}`,
    },
    {
      flags: "--runbooks <url>",
      summary: "where the pages of the alerts are; NAME in it becomes the alert's name",
    },
    { flags: "--diff", summary: "show what would change, without passwords, and write nothing" },
    { flags: "--json", summary: "print JSON" },
  ],
  async run(given, context) {
    const { terminal, environment, signal } = context;
    const { file, out } = foldersAsked(given);
    const cluster = await readCluster(file);
    const { secrets, token } = await readAllSecrets(cluster.secrets, dirname(file), environment);
    const asked = kindsAsked(given);
    const files = hostFiles({ cluster, secrets, token, runbooks: runbooksAsked(given) }).filter(
      ({ kind }) => asked === undefined || asked.has(kind),
    );
    const output = await lookAt(out, { cluster: cluster.name, files, kinds: asked });
    const { changes, obstacles } = output.plan;
    const isDry = given["diff"] === true;
    const isWritten = !isDry && obstacles.length === 0;
    if (isWritten) await writeOutput(out, output, signal);
    if (given["json"] === true) terminal.out(inJson(output, isWritten));
    else report(output, isDry, context);
    if (obstacles.length > 0) {
      const what = obstacles.map(printable).join("; ");
      throw new BatonError(
        "UNABLE",
        `${out}: nothing was written: ${what}. Move it away, and render again`,
      );
    }
    const count = changes.filter(({ kind }) => kind !== "same").length;
    const same = counted(changes.length - count, "file");
    terminal.note(`${counted(count, "file")} ${isDry ? "would change" : "written"}, ${same} as before`);
    return EXIT.fine;
  },
};
