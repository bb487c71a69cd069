// A real nginx with a stream in front of one upstream, whose server line stands in a file of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { join } from "node:path";
import { identify } from "../../../packages/baton/src/sys/processes.ts";
import { canConnect } from "../../../packages/baton/src/sys/sockets.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import { makeScript } from "../../../packages/baton/src/targets/kinds/script.fixture.ts";
import { freePort } from "./free-port.ts";

const PROGRAM = "/usr/sbin/nginx";
const MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so";
/** With it nginx can start before there is a primary. */
const FIRST = "# baton\nserver 127.0.0.1:9;\n";
const UNSET = "127.0.0.1:9";
const WORKERS = 2;

export interface Nginx {
  readonly port: number;
  readonly folder: string;
  /** The file that the upstream includes. */
  readonly path: string;
  /** What a target is told in the cluster file. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** ADDRESS:PORT that nginx takes a new client to. */
  shown(): Promise<string | undefined>;
  /** Births of the workers that take connections. */
  workers(): Promise<readonly number[]>;
  configure(more: Partial<Configured>): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  refuse(): Promise<void>;
  stall(): Promise<void>;
  recover(): Promise<void>;
  close(): Promise<void>;
}

interface Configured {
  /** In the main part. */
  readonly main: string;
  /** In the part of the stream. */
  readonly stream: string;
}

/**
 * A connection that begins at 127.0.0.1 reaches no other machine: the kernel refuses it at once, and the log
 * says where it was to go.
 */
const configuration = (folder: string, port: number, { main, stream }: Configured): string =>
  `load_module ${MODULE};
daemon off;
worker_processes ${WORKERS};
pid ${folder}/nginx.pid;
error_log ${folder}/error.log info;
${main}
events { worker_connections 256; }
stream {
  log_format where '$remote_port $upstream_addr';
  access_log ${folder}/access.log where;
  upstream redis {
    include ${folder}/redis.conf;
  }
  server {
    listen 127.0.0.1:${port};
    proxy_pass redis;
    proxy_bind 127.0.0.1;
    proxy_timeout 1h;
  }
  ${stream}
}
`;

async function visit(port: number): Promise<number> {
  const socket = createConnection({ host: "127.0.0.1", port });
  await once(socket, "connect");
  const { localPort = 0 } = socket;
  socket.on("error", () => undefined).resume();
  await once(socket, "close");
  return localPort;
}

interface NginxProcess {
  start(): Promise<void>;
  stop(): Promise<void>;
  workers(): Promise<readonly number[]>;
}

function processOf(folder: string, port: number): NginxProcess {
  let child: ChildProcess | undefined;
  const workers: NginxProcess["workers"] = async () => {
    const master = child?.pid ?? 0;
    const text = await readFile(`/proc/${master}/task/${master}/children`, "utf8");
    const pids = text.trim().split(" ").filter(Boolean);
    const titles = pids.map(async (pid) => {
      const title = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "shutting down");
      return { pid: Number(pid), isTaking: /worker process(?! is shutting down)/.test(title) };
    });
    const taking = (await Promise.all(titles)).filter(({ isTaking }) => isTaking);
    return taking.map(({ pid }) => identify(pid)?.startTicks ?? 0);
  };
  return {
    workers,
    async start() {
      const own = spawn(PROGRAM, ["-p", folder, "-c", join(folder, "nginx.conf")], { stdio: "ignore" });
      child = own;
      await once(own, "spawn");
      const look = async () => {
        if (own.exitCode !== null) return missing(`nginx ended with ${own.exitCode}`);
        // It listens before it has workers.
        const count = (await workers()).length;
        if (count < WORKERS) return missing(`${count} of ${WORKERS} workers`);
        return (await canConnect({ address: "127.0.0.1", port }, 500)) ? seen(undefined) : missing("it");
      };
      await waitFor("nginx", look, { withinMs: 10_000, everyMs: 20 });
    },
    async stop() {
      if (child === undefined || child.exitCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
}

export async function startNginx(more: Partial<Configured> = {}): Promise<Nginx> {
  const port = await freePort();
  // Every call of the program goes through a script that can be made to fail or to hang.
  const script = await makeScript(`exec ${PROGRAM} -p "$folder" -c "$folder/nginx.conf" "$@"`);
  const { folder } = script;
  const path = join(folder, "redis.conf");
  const configure = async (next: Partial<Configured>) => {
    const whole = { main: "worker_shutdown_timeout 300ms;", stream: "", ...next };
    await writeFile(join(folder, "nginx.conf"), configuration(folder, port, whole));
  };
  const nginx = processOf(folder, port);
  await configure(more);
  await writeFile(path, FIRST);
  await nginx.start();
  return {
    ...script,
    ...nginx,
    port,
    path,
    settings: {
      path,
      test: [script.path, "-t"],
      reload: [script.path, "-s", "reload"],
      show: [script.path, "-T"],
      pidFile: join(folder, "nginx.pid"),
      timeout: "8s",
    },
    configure,
    async shown() {
      const own = await visit(port);
      const lines = (await readFile(join(folder, "access.log"), "utf8")).trim().split("\n");
      const line = lines.findLast((one) => one.startsWith(`${own} `));
      const place = line?.split(" ")[1];
      return place === UNSET ? undefined : place;
    },
    async close() {
      await nginx.stop();
      await script.close();
    },
  };
}
