// baton completion: shell completion, made from the same table of commands that makes the help.
import { EXIT } from "../errors.ts";
import { BatonError } from "../errors.ts";
import type { Command } from "./command.ts";
import { commands } from "./index.ts";

interface Words {
  /** Words typed so far after `baton`, joined by a blank. */
  readonly after: string;
  readonly candidates: readonly string[];
}

/** For every prefix of words what may follow: subcommands, then flags and fixed choices. */
async function table(): Promise<readonly Words[]> {
  const loaded = (await Promise.all(commands.map(({ load }) => load()))).filter(
    ({ hidden }) => hidden !== true,
  );
  const rows = new Map<string, Set<string>>();
  const add = (after: string, ...words: readonly string[]) => {
    const row = rows.get(after) ?? new Set<string>();
    for (const word of words) row.add(word);
    rows.set(after, row);
  };
  for (const { id, options, arguments: places } of loaded) {
    const parts = id.split(" ");
    for (const [index, part] of parts.entries()) add(parts.slice(0, index).join(" "), part);
    const flags = options
      .filter(({ hidden }) => hidden !== true)
      .map(({ flags }) => flags.split(" ", 1)[0] ?? "");
    add(id, ...flags, "--help", ...(places ?? []).flatMap(({ choices }) => choices ?? []));
  }
  return [...rows].map(([after, candidates]) => ({ after, candidates: [...candidates].sort() }));
}

const bash = (rows: readonly Words[]): string => `_baton() {
  local words="\${COMP_WORDS[*]:1:COMP_CWORD-1}" candidates=""
  words="\${words%% -*}"
  case "$words" in
${rows.map(({ after, candidates }) => `    "${after}"*) candidates="${candidates.join(" ")}" ;;`).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$candidates" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _baton baton`;

const zsh = (rows: readonly Words[]): string => `autoload -U +X bashcompinit && bashcompinit
${bash(rows)}`;

const fish = (rows: readonly Words[]): string =>
  rows
    .flatMap(({ after, candidates }) => {
      const parts = after === "" ? [] : after.split(" ");
      const seen = parts.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
      const condition = parts.length === 0 ? "__fish_use_subcommand" : seen;
      const plain = candidates.filter((word) => !word.startsWith("--"));
      const flags = candidates.filter((word) => word.startsWith("--"));
      return [
        ...plain.map((word) => `complete -c baton -f -n '${condition}' -a ${word}`),
        ...flags.map((word) => `complete -c baton -n '${condition}' -l ${word.slice(2)}`),
      ];
    })
    .join("\n");

const SHELLS: Readonly<Record<string, (rows: readonly Words[]) => string>> = { bash, fish, zsh };

export const completion: Command = {
  id: "completion",
  summary: "print the completion script of a shell",
  examples: [{ line: "source <(baton completion bash)", remark: "for this session" }],
  arguments: [{ name: "<shell>", summary: "bash, fish or zsh", choices: ["bash", "fish", "zsh"] }],
  options: [],
  async run(given, { terminal }) {
    const shell = String(given["shell"]);
    const render = SHELLS[shell];
    if (render === undefined)
      throw new BatonError("USAGE", `${shell}: known shells are ${Object.keys(SHELLS).join(", ")}`);
    // The longest prefix must be tried first.
    const rows = [...(await table())].sort((a, b) => b.after.length - a.after.length);
    terminal.out(render(rows));
    return EXIT.fine;
  },
};
