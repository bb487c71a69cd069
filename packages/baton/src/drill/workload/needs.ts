// What clients need on this machine, and how to find out whether it is there.
import { accessSync, constants, statSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { BatonError } from "../../errors.ts";
import { slowness } from "../../sys/clock.ts";
import { runCommand } from "../../sys/run-command.ts";
import type { ClientKind, Need } from "./kind.ts";
import type { ProgramCommand } from "./child.ts";

const ANSWER_MS = 10_000;
const SHOWN_CHARACTERS = 200;

/** Bundled, this file lies in packages/baton/dist. */
const isSource = import.meta.url.includes("/src/drill/workload/");
const repository = new URL(isSource ? "../../../../../" : "../../../", import.meta.url);

/** A file of the repository that Baton was built in: recipes are not part of the installed package. */
export const inRepository = (path: string): string => fileURLToPath(new URL(path, repository));

export const recipeFile = (path: string): Need => ({
  what: path,
  hint: "run from a checkout of the repository: the recipes are there",
  missing: () => Promise.resolve(lackOfFile(inRepository(path), constants.R_OK)),
});

export const ownProgram = (path: string): Need => ({
  what: path,
  hint: "name an executable that speaks the line protocol of clients/CONTRACT.md",
  missing: () => Promise.resolve(lackOfFile(path, constants.X_OK)),
});

function lackOfFile(path: string, mode: number): string | undefined {
  try {
    accessSync(path, mode);
    return statSync(path).isFile() ? undefined : `${path} is no file`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? `there is no ${path}` : `${path} cannot be used (${code ?? "unknown"})`;
  }
}

export interface AnswerNeed extends Pick<Need, "what" | "hint"> {
  /** There when this ends with 0. */
  readonly command: ProgramCommand;
}

export const answering = ({ what, hint, command }: AnswerNeed): Need => ({
  what,
  hint,
  async missing(signal) {
    const line = command.join(" ");
    try {
      const said = await runCommand(command, { withinMs: ANSWER_MS * slowness(), signal });
      if (said.status === 0) return undefined;
      const words = `${said.stderr} ${said.stdout}`.trim().replaceAll(/\s+/g, " ");
      return `\`${line}\` ended with ${said.status}: ${words.slice(0, SHOWN_CHARACTERS)}`;
    } catch (error) {
      if (error instanceof BatonError) return error.message;
      throw error;
    }
  },
});

/** A package that is found from a file of the repository. */
export const nodePackage = (name: string, from: string): Need => ({
  what: `the package ${name}`,
  hint: "npm ci",
  missing() {
    try {
      createRequire(inRepository(from)).resolve(name);
      return Promise.resolve(undefined);
    } catch (error) {
      return Promise.resolve(`node cannot find it (${(error as NodeJS.ErrnoException).code ?? "?"})`);
    }
  },
});

export interface Lack {
  readonly need: Need;
  readonly found: string;
}

/** What is missing, by kind; what several kinds need is looked for once. */
export async function lacksOf(
  kinds: readonly ClientKind[],
  signal: AbortSignal,
): Promise<ReadonlyMap<ClientKind, readonly Lack[]>> {
  const looks = new Map<Need, Promise<string | undefined>>();
  for (const need of kinds.flatMap(({ needs }) => needs)) {
    if (!looks.has(need)) looks.set(need, need.missing(signal));
  }
  const found = new Map<Need, string | undefined>();
  for (const [need, look] of looks) found.set(need, await look);
  const lacksOfKind = ({ needs }: ClientKind): readonly Lack[] =>
    needs.flatMap((need) => {
      const lack = found.get(need);
      return lack === undefined ? [] : [{ need, found: lack }];
    });
  return new Map(kinds.map((kind) => [kind, lacksOfKind(kind)]));
}
