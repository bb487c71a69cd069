// The cluster of an example as a lab on this machine, by the same commands that a person would type.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "./programs.mjs";
import { Failure, until } from "./wait.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const cli = join(root, "packages/baton/dist/cli.js");

/** `baton ARGS`: its exit code and what it printed. Ended, it undoes what it began. */
async function baton(args, signal) {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const stop = () => child.kill("SIGTERM");
  signal?.addEventListener("abort", stop, { once: true });
  const heard = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    heard.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    heard.err += text;
  });
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  signal?.removeEventListener("abort", stop);
  signal?.throwIfAborted();
  return { code, ...heard };
}

/** @throws Failure where what `npm start` and `npm test` prepare is missing and cannot be built */
export async function buildBaton(signal) {
  if (existsSync(cli)) return;
  const built = await runProgram([process.execPath, join(root, "scripts/build.mjs")], { signal });
  if (built.code !== 0)
    throw new Failure(`Baton is not built (npm start does it): ${built.lines.slice(-3).join(" ")}`);
}

class Lab {
  constructor(up, password, { say, signal }) {
    const { name, group, hosts, router } = up;
    Object.assign(this, { name, group, hosts, router, password, say, signal });
    this.sentinels = hosts.flatMap(({ address, sentinel }) =>
      sentinel === null ? [] : [`${address}:${sentinel.port}`],
    );
  }

  /** What applications are told; the password by the environment, too. */
  get environment() {
    return {
      REDIS_SENTINELS: this.sentinels.join(","),
      REDIS_SENTINEL_SERVICE: this.group,
      REDIS_PASSWORD: this.password,
    };
  }

  /** What a person would type; its answer as JSON. @throws Failure unless it ends with 0 */
  async run(...words) {
    this.say(`$ baton ${[...words, "--name", this.name].join(" ")}`);
    const { code, out, err } = await baton([...words, "--name", this.name, "--json"], this.signal);
    if (code !== 0) throw new Failure(`baton ${words.join(" ")} ended with ${code}: ${out}${err}`);
    return JSON.parse(out);
  }

  /** The group of `baton status --json`, and whether nothing in it is an error. */
  async status() {
    const { code, out, err } = await baton(["status", "--name", this.name, "--json"], this.signal);
    if (out === "") throw new Failure(`baton status ended with ${code}: ${err}`);
    return { isFine: code === 0, ...JSON.parse(out).groups[0] };
  }

  /** Another primary than this host is named. An application that does without one does not tell. */
  async moved(from, withinMs) {
    const look = async () => {
      const { route } = await this.status();
      return route.kind === "primary" && route.host !== from
        ? undefined
        : (route.reason ?? `it is ${from}`);
    };
    await until("another primary", look, { withinMs, signal: this.signal });
  }

  /** One primary, everybody attached to it, every Sentinel of the same mind. @returns its host */
  async whole(withinMs) {
    let primary;
    const look = async () => {
      const group = await this.status();
      const complaint = complaintOf(group);
      primary = group.route.host;
      return complaint;
    };
    await until("one primary that every replica follows and every Sentinel names", look, {
      withinMs,
      signal: this.signal,
    });
    return primary;
  }

  /** Lines of redis-cli at a host. @throws Failure for an error reply */
  async redis(host, ...command) {
    const { address, redis } = this.hosts.find(({ name }) => name === host);
    const place = ["-h", address, "-p", String(redis.port), "-e"];
    const environment = { REDISCLI_AUTH: this.password };
    const { code, lines } = await runProgram(["redis-cli", ...place, ...command], {
      environment,
      signal: this.signal,
    });
    if (code !== 0) throw new Failure(`redis-cli ${command[0]} at ${host}: ${lines.join(" ")}`);
    return lines;
  }
}

function complaintOf({ isFine, route, problems, nodes, sentinels }) {
  if (route.kind !== "primary") return `no primary: ${route.reason}`;
  const of = `${route.address}:${route.port}`;
  for (const { host, role, link, of: followed } of nodes) {
    if (host === route.host ? role !== "primary" : role !== "replica") return `${host} is ${role}`;
    if (role === "replica" && (link !== "connected" || followed !== of))
      return `${host} is not attached`;
  }
  const other = sentinels.find(({ primary }) => primary?.address !== route.address);
  if (other !== undefined) return `the Sentinel ${other.id} names another primary`;
  return isFine ? undefined : problems.map(({ code }) => code).join(", ");
}

/**
 * @returns the lab, and how to end it; that also works when it never came up
 * @throws Failure when it cannot be put up
 */
export async function openLab({ file, name, wires, targets, say, signal }) {
  const wanted = [...(wires ? [] : ["--no-wires"]), ...(targets ? ["--targets"] : [])];
  const flags = ["--file", file, "--name", name, ...wanted];
  say(`$ baton lab up ${flags.join(" ")} --detach`);
  const up = await baton(["lab", "up", ...flags, "--detach", "--json"], signal);
  if (up.code !== 0) throw new Failure(`baton lab up ended with ${up.code}: ${up.err.trim()}`);
  const status = JSON.parse(up.out);
  const password = (await readFile(status.password.file, "utf8")).trim();
  return new Lab(status, password, { say, signal });
}

export async function closeLab(name) {
  const { code, err } = await baton(["lab", "down", "--name", name]);
  if (code !== 0) throw new Failure(`baton lab down --name ${name} ended with ${code}: ${err.trim()}`);
}

/** Objectives in milliseconds, as `baton explain` reads them from the cluster file. */
export async function objectivesOf(file, signal) {
  const { code, out, err } = await baton(["explain", "--file", file, "--json"], signal);
  if (code !== 0) throw new Failure(`baton explain ended with ${code}: ${err.trim()}`);
  return JSON.parse(out);
}
