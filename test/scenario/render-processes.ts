// Real processes from rendered files, for the scenario tests of the renderers.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Layout } from "../../packages/baton/src/cluster/types.ts";
import { type Door, openDoor } from "../../packages/baton/src/redis/door.ts";
import { handmadeSecrets, handmadeSite } from "../../packages/baton/src/render/layout.fixture.ts";
import { redisConf } from "../../packages/baton/src/render/redis-conf.ts";
import { sentinelConf } from "../../packages/baton/src/render/sentinel-conf.ts";

// May do everything, which no rendered user may; appended to each file as a person with root on the host
// could.
const EXAMINER = "user examiner on >examiner ~* &* +@all\n";

export type User = "agent" | "examiner";

type Program = "redis" | "sentinel";

export interface Processes {
  /** A door to the node at this address: as the application, who sends a password only, or as a user. */
  redis(address: string, user?: User): Door;
  sentinel(address: string, user?: User): Door;
  /** Sends a signal to the process of this program on this host. */
  signal(program: Program, host: string, signal: NodeJS.Signals): void;
  /** All log files in one text, for a test that failed. */
  logs(): Promise<string>;
  /** Ends every process by its id, and removes the folder. */
  end(): Promise<void>;
}

/** Starts every node and Sentinel of the layout; whether they are ready is for the test to wait for. */
export async function startRendered(layout: Layout): Promise<Processes> {
  const root = await mkdtemp(join(tmpdir(), "render test "));
  const children = new Map<string, ChildProcess>();
  const doors: Door[] = [];
  const input = { layout, secrets: handmadeSecrets, site: handmadeSite(layout, root) };
  const programs = [
    { program: "redis-server", kind: "redis", files: redisConf.files(input) },
    { program: "redis-sentinel", kind: "sentinel", files: sentinelConf.files(input) },
  ];
  for (const { program, kind, files } of programs) {
    for (const { path, text } of files) {
      await mkdir(join(dirname(path), kind), { recursive: true });
      await writeFile(path, text + EXAMINER, { mode: 0o600 });
      children.set(`${kind} ${basename(dirname(path))}`, spawn(program, [path], { stdio: "ignore" }));
    }
  }

  function open(address: string, port: number, user: User | undefined): Door {
    const password = user === "examiner" ? "examiner" : handmadeSecrets[user ?? "application"];
    const login = user === undefined ? { password } : { username: user, password };
    const door = openDoor({ address, port, connectMs: 5000, commandMs: 5000, ...login });
    doors.push(door);
    return door;
  }

  return {
    redis: (address, user) => open(address, 6379, user),
    sentinel: (address, user) => open(address, 26_379, user),
    signal(program, host, signal) {
      const child = children.get(`${program} ${host}`);
      if (child?.kill(signal) !== true) throw new Error(`no ${program} runs on ${host}`);
    },
    async logs() {
      const paths = layout.sentinels.flatMap(({ id }) => [`${id}/redis.log`, `${id}/sentinel.log`]);
      const texts = await Promise.all(paths.map((path) => readFile(join(root, path), "utf8")));
      return texts.map((text, index) => `--- ${paths[index]}\n${text}`).join("\n");
    },
    async end() {
      for (const door of doors) door.close();
      await Promise.all([...children.values()].map(endProcess));
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}
