// `baton drill run --on production` as an operator runs it: from the machine of an application, over ssh, and
// what it may leave on hosts.
import { type ChildProcess, spawn } from "node:child_process";
import { type DrillNote, drillNoteFrom } from "../../../../packages/baton/src/cluster/drill-note.ts";
import { drillKey, drilledKey, drillsKey } from "../../../../packages/baton/src/cluster/shared-keys.ts";
import type { DrillResult } from "../../../../packages/baton/src/drill/types.ts";
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import { ALL, type Deployment } from "./deployment.ts";
import { inside } from "./inside.ts";
import { redisCli } from "./roles.ts";

export interface Drilled {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Drilling {
  readonly child: ChildProcess;
  readonly done: Promise<Drilled>;
  /** Resolves when it has said so. @throws BatonError NOT_READY with what it has said instead */
  said(text: string): Promise<void>;
}

const SAID_MS = 90_000;
/** The name of the cluster of openDeployment. */
const NAME = "real";

/** On these hosts; with the name unless `--confirm` or `--dry-run` is among the words. */
export function startDrill({ site }: Deployment, ...words: readonly string[]): Drilling {
  const { hosts, program, file, environment } = site;
  const isNamed = words.includes("--confirm") || words.includes("--dry-run");
  const own = [program, "drill", "run", ...words, "--file", file, "--on", "production", "--json"];
  const more = [
    "--ssh-config",
    hosts.sshConfig,
    "--no-evidence",
    ...(isNamed ? [] : ["--confirm", NAME]),
  ];
  const [first, ...rest] = [...hosts.at("client"), process.execPath, ...own, ...more];
  // Of its own group, as a shell starts it.
  const child = spawn(first ?? "", rest, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: environment,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const done = new Promise<Drilled>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, stdout, stderr }));
  });
  return {
    child,
    done,
    async said(text) {
      const look = () => {
        if (child.exitCode !== null) throw new Error(`it has ended: ${stderr}`);
        return stderr.includes(text) ? seen(undefined) : missing(`"${text}" in ${stderr}`);
      };
      await waitFor("a drill to come so far", look, { withinMs: SAID_MS, everyMs: 20 });
    },
  };
}

export const resultIn = ({ stdout }: Drilled): DrillResult => JSON.parse(stdout) as DrillResult;

const LEFT = `
ls /run/systemd/system/*.d/zz-baton-drill.conf 2>/dev/null
nft list tables | grep baton_drill
systemctl list-units --all --plain --no-legend 'baton-drill*'
true
`;

/** By host: drop-ins, tables and timers of a drill. */
export async function leftOnHosts({ site }: Deployment): Promise<Readonly<Record<string, string>>> {
  const look = async ({ name }: { readonly name: string }) =>
    [name, await inside(site.hosts, name, "sh", "-c", LEFT)] as const;
  return Object.fromEntries(await Promise.all(ALL.map(look)));
}

export const NOTHING_LEFT = Object.fromEntries(ALL.map(({ name }) => [name, ""]));

/** Of drills and their clients, on the primary; not how they ended, which is kept. */
export async function keysOfDrills({ asking, untilWhole }: Deployment): Promise<readonly string[]> {
  const { primary } = await untilWhole();
  const said = await redisCli(asking, primary, 6379, "--scan", "--pattern", "baton:*drill*");
  const kept = drillsKey("main");
  return said
    .trim()
    .split("\n")
    .filter((key) => key !== "" && key !== kept)
    .toSorted();
}

/** How the last drill ended, as it is kept on the primary. */
export async function lastNote({ asking, untilWhole }: Deployment): Promise<DrillNote | undefined> {
  const { primary } = await untilWhole();
  return drillNoteFrom((await redisCli(asking, primary, 6379, "LINDEX", drillsKey("main"), "0")).trim());
}

export const LOCK = drillKey("main");
export const REST = drilledKey("main");

/** As if ten minutes had gone by since the last drill. */
export async function rested({ asking, untilWell }: Deployment): Promise<string> {
  const { primary } = await untilWell();
  await redisCli(asking, primary, 6379, "DEL", REST, LOCK);
  return primary;
}
