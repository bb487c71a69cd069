// The real terraform in a folder of its own, with providers that need no cloud. Nothing leaves the machine.
import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProviders } from "./terraform-provider.ts";

const RUN_MS = 90_000;

/** Why there can be no test with terraform here, or undefined. */
export function whyNoTerraform(): string | undefined {
  const { error } = spawnSync("terraform", ["version"], { stdio: "ignore", timeout: RUN_MS });
  return error && `terraform does not run here: ${error.message}`;
}

export interface Told {
  readonly code: number | null;
  readonly out: string;
  /** Without the lines that are drawn around it. */
  readonly err: string;
}

/** The resource of a plan, as `terraform show -json` tells it. */
export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly after: Readonly<Record<string, unknown>> | null;
  };
}

export interface State {
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly attributes: Record<string, unknown> }[];
  }[];
}

export interface Terraform {
  /** A folder with this as its main.tf.json, initialised. */
  open(text: string): Promise<Workspace>;
  close(): Promise<void>;
}

export interface Workspace {
  run(...args: readonly string[]): Promise<Told>;
  /** @throws Error with what terraform said */
  plan(): Promise<readonly PlannedChange[]>;
  write(text: string): Promise<void>;
  state(): Promise<State>;
  /** What somebody else has changed in the cloud meanwhile. */
  setState(state: State): Promise<void>;
}

async function run(folder: string, reattach: string, args: readonly string[]): Promise<Told> {
  const { TF_CLI_CONFIG_FILE: _file, ...environment } = process.env;
  const own = { TF_REATTACH_PROVIDERS: reattach, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  const child = spawn("terraform", args, {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...environment, ...own, HOME: folder },
    timeout: RUN_MS,
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, out, err: err.replaceAll(/[│╷╵]/g, "").replaceAll(/\s+/g, " ") };
}

function workspace(folder: string, reattach: string): Workspace {
  const inside = async (...args: readonly string[]) => await run(folder, reattach, args);
  const statePath = join(folder, "terraform.tfstate");
  return {
    run: inside,
    async plan() {
      const planned = await inside("plan", "-no-color", "-input=false", "-out=plan.bin");
      if (planned.code !== 0) throw new Error(planned.err);
      const { out } = await inside("show", "-json", "plan.bin");
      return (JSON.parse(out) as { resource_changes: readonly PlannedChange[] }).resource_changes;
    },
    write: async (text) => await writeFile(join(folder, "main.tf.json"), text),
    state: async () => JSON.parse(await readFile(statePath, "utf8")) as State,
    setState: async (state) => await writeFile(statePath, JSON.stringify(state)),
  };
}

export async function openTerraform(): Promise<Terraform> {
  const home = await mkdtemp(join(tmpdir(), "bt-"));
  const providers = await startProviders(home);
  let count = 0;
  return {
    async open(text) {
      count += 1;
      const folder = join(home, `w${count}`);
      await mkdir(folder);
      const opened = workspace(folder, providers.reattach);
      await opened.write(text);
      const { code, err } = await opened.run("init", "-no-color", "-input=false");
      if (code !== 0) throw new Error(err);
      return opened;
    },
    async close() {
      providers.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
