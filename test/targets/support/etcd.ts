// Real etcd processes on free ports of loopback, and a hand on them that knows nothing of Baton's client.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../../packages/baton/src/sys/run-command.ts";
import { closeServer, listenOn } from "../../../packages/baton/src/sys/sockets.ts";
import { seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";

const ROOT_PASSWORD = "r00t-0f-tests";

export interface EtcdMember {
  readonly base: string;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface EtcdServer {
  readonly members: readonly EtcdMember[];
  /** With `etcdctl`, as root once authentication is on. */
  etcdctl(...words: readonly string[]): Promise<string>;
  /** Whatever the gateway answers, as root once authentication is on. */
  ask(path: string, body: unknown): Promise<unknown>;
  enableAuthentication(): Promise<void>;
  close(): Promise<void>;
}

export interface EtcdServerOptions {
  readonly members?: number;
  /** For clients; the server shows the same certificate and wants one that the authority has signed. */
  readonly tls?: { readonly authority: string; readonly certificate: string; readonly key: string };
  readonly flags?: readonly string[];
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  for (const server of servers) await listenOn(server, { address: "127.0.0.1", port: 0 });
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) await closeServer(server);
  return ports;
}

interface Place {
  readonly name: string;
  readonly client: string;
  readonly peer: string;
}

function flagsFor(place: Place, all: readonly Place[], folder: string, options: EtcdServerOptions) {
  const { tls, flags = [] } = options;
  const secure =
    tls === undefined
      ? []
      : [
          `--cert-file=${tls.certificate}`,
          `--key-file=${tls.key}`,
          `--trusted-ca-file=${tls.authority}`,
          "--client-cert-auth",
        ];
  return [
    `--name=${place.name}`,
    `--data-dir=${join(folder, place.name)}`,
    `--listen-client-urls=${place.client}`,
    `--advertise-client-urls=${place.client}`,
    `--listen-peer-urls=${place.peer}`,
    `--initial-advertise-peer-urls=${place.peer}`,
    `--initial-cluster=${all.map(({ name, peer }) => `${name}=${peer}`).join(",")}`,
    // Logins are not what is measured here.
    "--bcrypt-cost=4",
    "--heartbeat-interval=50",
    "--election-timeout=500",
    ...secure,
    ...flags,
  ];
}

class Member implements EtcdMember {
  readonly base: string;
  private readonly flags: readonly string[];
  private child: ChildProcess | undefined;

  constructor(base: string, flags: readonly string[]) {
    this.base = base;
    this.flags = flags;
  }

  async start(): Promise<void> {
    const child = spawn("etcd", this.flags, { stdio: "ignore" });
    this.child = child;
    await once(child, "spawn");
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
}

async function answer(url: string, body: unknown, token: string | undefined): Promise<unknown> {
  const headers = token === undefined ? {} : { authorization: token };
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body), headers });
  const found: unknown = await response.json();
  if (response.ok) return found;
  throw new Error(`${url}: ${response.status} ${JSON.stringify(found)}`);
}

export async function startEtcd(options: EtcdServerOptions = {}): Promise<EtcdServer> {
  const { members: count = 1, tls } = options;
  const folder = await mkdtemp(join(tmpdir(), "baton-etcd-"));
  const ports = await freePorts(2 * count);
  const scheme = tls === undefined ? "http" : "https";
  const places = Array.from({ length: count }, (_, index) => ({
    name: `m${index + 1}`,
    client: `${scheme}://127.0.0.1:${ports[2 * index]}`,
    peer: `http://127.0.0.1:${ports[2 * index + 1]}`,
  }));
  const members = places.map((one) => new Member(one.client, flagsFor(one, places, folder, options)));
  let token: string | undefined;
  const endpoints = places.map(({ client }) => client).join(",");
  const asRoot = () => (token === undefined ? [] : ["--user", `root:${ROOT_PASSWORD}`]);
  const files =
    tls === undefined ? [] : ["--cacert", tls.authority, "--cert", tls.certificate, "--key", tls.key];
  const etcdctl = async (...words: readonly string[]) => {
    const command = ["etcdctl", "--endpoints", endpoints, ...files, ...asRoot(), ...words] as const;
    const limits = { withinMs: 30_000, signal: new AbortController().signal };
    const { status, stdout, stderr } = await runCommand(command, limits);
    if (status !== 0) throw new Error(`etcdctl ${words.join(" ")}: ${stderr.trim()}`);
    return stdout;
  };
  const close = async () => {
    for (const member of members) await member.kill();
    await rm(folder, { recursive: true });
  };
  const [first] = places;
  try {
    for (const member of members) await member.start();
    const look = async () => seen(await etcdctl("endpoint", "health"));
    await waitFor("etcd", look, { withinMs: 30_000, everyMs: 200 });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    members,
    etcdctl,
    ask: (path, body) => answer(`${first?.client}${path}`, body, token),
    async enableAuthentication() {
      await etcdctl("user", "add", `root:${ROOT_PASSWORD}`);
      await etcdctl("role", "add", "root");
      await etcdctl("user", "grant-role", "root", "root");
      await etcdctl("auth", "enable");
      const login = { name: "root", password: ROOT_PASSWORD };
      const look = async () => {
        const found = await answer(`${first?.client}/v3/auth/authenticate`, login, undefined);
        token = (found as { readonly token: string }).token;
        return seen(undefined);
      };
      await waitFor("root to log in", look, { withinMs: 10_000 });
    },
    close,
  };
}
