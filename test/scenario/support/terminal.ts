// A real terminal for a test: tmux draws what a program writes, and tells what stands on the screen and in
// which state it was left.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";

export interface TestTerminal {
  /** What stands on the screen, blanks at the ends of lines left out. */
  screen(): Promise<string>;
  /** Types into it: "q", "Enter", "C-c", "C-z", "Escape", "Down"; or a text, letter by letter. */
  press(...keys: readonly string[]): Promise<void>;
  /** A line for the shell that runs in it. */
  type(line: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** The state that tmux keeps of the terminal: "alternate_on", "cursor_flag", "wrap_flag". */
  is(flag: string): Promise<boolean>;
  /** Until something is on the screen: its text. */
  shows(text: string | RegExp, withinMs?: number): Promise<string>;
  /** The path of a file with every byte that was written to it from now on. */
  record(): Promise<string>;
  close(): Promise<void>;
}

const CONFIG = "set -g status off\nset -g escape-time 0\n";

/** Runs tmux with a server of its own, whose socket is in the home. Rejects with what it says. */
function tmuxIn(home: string, environment: NodeJS.ProcessEnv) {
  const config = join(home, "tmux.conf");
  writeFileSync(config, CONFIG);
  const common = ["-u", "-S", join(home, "tmux.sock"), "-f", config];
  return (...args: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const child = spawn("tmux", [...common, ...args], { env: environment });
      let out = "";
      let err = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        out += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        err += text;
      });
      child.once("error", reject);
      child.once("close", (code) => {
        if (code === 0) resolve(out);
        else reject(new Error(`tmux ${args.join(" ")} exited with ${code}: ${err}`));
      });
    });
}

/** A shell with "ready>" as its prompt. `CI` and `NO_COLOR` are left out: a person's terminal has none. */
export async function openTerminal(
  home: string,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): Promise<TestTerminal> {
  const { CI: _ci, NO_COLOR: _colour, TMUX: _outer, ...inherited } = process.env;
  const tmux = tmuxIn(home, { ...inherited, LANG: "C.UTF-8", PS1: "ready> ", BATON_HOME: home });
  const shell = ["bash", "--noprofile", "--norc"];
  await tmux("new-session", "-d", "-x", String(columns), "-y", String(rows), ...shell);
  const screen = () => tmux("capture-pane", "-p");
  const terminal: TestTerminal = {
    screen,
    press: async (...keys) => void (await tmux("send-keys", ...keys)),
    async type(line) {
      await tmux("send-keys", "-l", line);
      await tmux("send-keys", "Enter");
    },
    resize: async (x, y) => void (await tmux("resize-window", "-x", String(x), "-y", String(y))),
    is: async (flag) => (await tmux("display-message", "-p", `#{${flag}}`)).trim() === "1",
    async shows(text, withinMs = 20_000) {
      const isThere = (all: string) => (typeof text === "string" ? all.includes(text) : text.test(all));
      return await waitFor(
        `${String(text)} on the screen`,
        async () => {
          const all = await screen();
          return isThere(all) ? seen(all) : missing(`it shows:\n${all}`);
        },
        { withinMs },
      );
    },
    async record() {
      const path = join(home, "written");
      await tmux("pipe-pane", "-o", `cat > ${path}`);
      return path;
    },
    close: async () => void (await tmux("kill-server")),
  };
  await terminal.shows("ready>");
  return terminal;
}
