// A real HAProxy in front of one server line, with a runtime socket for the target and one for the test.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identify, isStopped } from "../../../packages/baton/src/sys/processes.ts";
import { closeServer, listenOn } from "../../../packages/baton/src/sys/sockets.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import { askHaproxy } from "../../../packages/baton/src/targets/kinds/haproxy-socket.ts";

export interface Haproxy {
  readonly port: number;
  /** What a target is told in the cluster file. */
  readonly settings: { readonly socket: string; readonly backend: string; readonly stateFile: string };
  /** ADDRESS:PORT of the server line, asked through a socket that the target does not know. */
  shown(): Promise<string | undefined>;
  ask(command: string): Promise<string>;
  refuse(): Promise<void>;
  stall(): Promise<void>;
  recover(): Promise<void>;
  /** A new process with the same configuration and state file, as after a reload. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await listenOn(server, { address: "127.0.0.1", port: 0 });
  const { port } = server.address() as AddressInfo;
  await closeServer(server);
  return port;
}

/** An address that leads nowhere, and a name: only with a name is the state file's address taken. */
const UNSET = "192.0.2.1";

const configuration = (folder: string, port: number): string => `global
  stats socket ${folder}/target.sock mode 600 level admin
  stats socket ${folder}/test.sock mode 600 level admin
  server-state-file ${folder}/state
defaults
  mode tcp
  timeout connect 2s
  timeout client 1h
  timeout server 1h
  load-server-state-from-file global
frontend clients
  bind 127.0.0.1:${port}
  default_backend redis
backend redis
  server primary redis.invalid:6379 init-addr last,${UNSET}
`;

export async function startHaproxy(): Promise<Haproxy> {
  const folder = await mkdtemp(join(tmpdir(), "baton-haproxy-"));
  const port = await freePort();
  const [socket, own, stateFile] = ["target.sock", "test.sock", "state"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const file = join(folder, "haproxy.cfg");
  await writeFile(file, configuration(folder, port));
  // Not there at the first start is a warning; an empty one is none.
  await writeFile(stateFile, "1\n");
  const ask = (command: string) => askHaproxy(own, command, AbortSignal.timeout(5_000));
  let child: ChildProcess;
  const start = async () => {
    const path = `${process.env["PATH"] ?? ""}:/usr/sbin`;
    child = spawn("haproxy", ["-db", "-f", file], {
      stdio: "ignore",
      env: { ...process.env, PATH: path },
    });
    await once(child, "spawn");
    const look = async () => seen(await ask("show info"));
    await waitFor("HAProxy", look, { withinMs: 5_000, everyMs: 20 });
  };
  const end = async () => {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
  const away = `${socket}.away`;
  await start();
  return {
    port,
    settings: { socket, backend: "redis", stateFile },
    ask,
    async shown() {
      const [, header = "", line = ""] = (await ask("show servers state redis")).split("\n");
      const columns = header.replace(/^# /, "").split(" ");
      const value = (column: string) => line.split(" ")[columns.indexOf(column)];
      const address = value("srv_addr");
      return address === UNSET ? undefined : `${address}:${value("srv_port")}`;
    },
    refuse: () => rename(socket, away),
    async stall() {
      child.kill("SIGSTOP");
      const identity = identify(child.pid ?? 0);
      const look = () => (identity && isStopped(identity) ? seen(undefined) : missing("it runs"));
      await waitFor("HAProxy to stand still", look, { withinMs: 5_000, everyMs: 5 });
    },
    async recover() {
      child.kill("SIGCONT");
      if (existsSync(away)) await rename(away, socket);
    },
    async restart() {
      await end();
      await start();
    },
    async close() {
      await end();
      await rm(folder, { recursive: true });
    },
  };
}
