// Debian's Prometheus, Alertmanager and redis_exporter on loopback, with the rendered files, for a lab.
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RuleOptions } from "../../../packages/baton/src/alerts/rules.ts";
import type { LabHandle } from "../../../packages/baton/src/lab/index.ts";
import { alertmanagerConfig } from "../../../packages/baton/src/render/observability/alertmanager.ts";
import { rulesText, scrapeConfig } from "../../../packages/baton/src/render/observability/prometheus.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import { freePort } from "../../targets/support/free-port.ts";

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface RuleState {
  readonly type: "alerting" | "recording";
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

export interface Message {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly status: { readonly state: "active" | "suppressed" | "unprocessed" };
}

export interface Watch {
  /** An instant query. @throws Error with what Prometheus says of it */
  query(expr: string): Promise<readonly Sample[]>;
  rules(): Promise<readonly RuleState[]>;
  /** What Alertmanager has at the moment, resolved ones not. */
  messages(): Promise<readonly Message[]>;
  /** The last lines of all three, for a test that failed. */
  logs(): Promise<string>;
  close(): Promise<void>;
}

const PROMETHEUS = "prometheus";
const ALERTMANAGER = "prometheus-alertmanager";
const EXPORTER = "prometheus-redis-exporter";
const PROGRAMS = [PROMETHEUS, ALERTMANAGER, EXPORTER];

const LOG_CHARACTERS = 2_000;
const START_MS = 30_000;
const ASK_MS = 10_000;

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: unknown;
}

async function ask(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ASK_MS) });
  return await response.json();
}

async function askPrometheus(url: string): Promise<unknown> {
  const { status, error, data } = (await ask(url)) as Answer;
  if (status !== "success") throw new Error(error ?? status);
  return data;
}

async function untilReady(what: string, url: string, child: ChildProcess): Promise<void> {
  const look = async () => {
    if (child.exitCode !== null) return missing(`it has ended with ${child.exitCode}`);
    const { status } = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return status === 200 ? seen(undefined) : missing(`HTTP ${status}`);
  };
  await waitFor(what, look, { withinMs: START_MS });
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

/** By address, as redis_exporter wants it. */
function exporterPasswords({ layout, secrets }: LabHandle): string {
  const nodes = layout.groups.flatMap((group) => group.nodes);
  const urls = nodes.map(({ address, port }) => `redis://${address}:${port}`);
  return JSON.stringify(Object.fromEntries(urls.map((url) => [url, secrets.application])));
}

interface Ports {
  readonly prometheus: number;
  readonly alertmanager: number;
  readonly exporter: number;
}

async function writeFiles(folder: string, lab: LabHandle, rules: RuleOptions, ports: Ports) {
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const scrape = scrapeConfig(lab.layout, {
    everySeconds: 1,
    alertmanagers: [at(ports.alertmanager)],
    redisExporter: at(ports.exporter),
  });
  await write("baton.rules.yml", rulesText({ ...rules, everySeconds: 1 }));
  return {
    prometheus: await write("prometheus.yml", scrape),
    alertmanager: await write("alertmanager.yml", alertmanagerConfig(lab.layout, { waitSeconds: 1 })),
    passwords: await write("passwords.json", exporterPasswords(lab)),
  };
}

const at = (port: number): string => `127.0.0.1:${port}`;

/** Programs that write their logs into the folder, and end together. */
function openPrograms(folder: string) {
  const children: ChildProcess[] = [];
  return {
    run(program: string, args: readonly string[]): ChildProcess {
      const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
      const log = createWriteStream(join(folder, `${program}.log`));
      child.stdout.pipe(log, { end: false });
      child.stderr.pipe(log, { end: false });
      child.once("close", () => log.end());
      children.push(child);
      return child;
    },
    async logs(): Promise<string> {
      const texts = PROGRAMS.map(async (name) => {
        const text = await readFile(join(folder, `${name}.log`), "utf8").catch(() => "");
        return `--- ${name}\n${text.slice(-LOG_CHARACTERS)}`;
      });
      return (await Promise.all(texts)).join("\n");
    },
    async end(): Promise<void> {
      await Promise.all(children.map(endChild));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startAll(
  run: ReturnType<typeof openPrograms>["run"],
  folder: string,
  files: Awaited<ReturnType<typeof writeFiles>>,
  ports: Ports,
): Promise<void> {
  const alertmanager = run(ALERTMANAGER, [
    `--config.file=${files.alertmanager}`,
    `--storage.path=${join(folder, "alertmanager")}`,
    `--web.listen-address=${at(ports.alertmanager)}`,
    // It would look for others of its kind.
    "--cluster.listen-address=",
  ]);
  const exporter = run(EXPORTER, [
    "-redis.addr=",
    "-config-command=-",
    `-redis.password-file=${files.passwords}`,
    `-web.listen-address=${at(ports.exporter)}`,
  ]);
  const prometheus = run(PROMETHEUS, [
    `--config.file=${files.prometheus}`,
    `--storage.tsdb.path=${join(folder, "prometheus")}`,
    `--web.listen-address=${at(ports.prometheus)}`,
  ]);
  await untilReady("Alertmanager", `http://${at(ports.alertmanager)}/-/ready`, alertmanager);
  await untilReady("redis_exporter", `http://${at(ports.exporter)}/metrics`, exporter);
  await untilReady("Prometheus", `http://${at(ports.prometheus)}/-/ready`, prometheus);
}

/** `rules`: how much shorter than in real life they are. */
export async function startWatch(lab: LabHandle, rules: RuleOptions): Promise<Watch> {
  const folder = await mkdtemp(join(tmpdir(), "baton-watch-"));
  const { run, logs, end } = openPrograms(folder);
  const ports: Ports = {
    prometheus: await freePort(),
    alertmanager: await freePort(),
    exporter: await freePort(),
  };
  try {
    await startAll(run, folder, await writeFiles(folder, lab, rules, ports), ports);
  } catch (error) {
    process.stderr.write(`${await logs()}\n`);
    await end();
    throw error;
  }
  const api = `http://${at(ports.prometheus)}/api/v1`;
  return {
    async query(expr) {
      const data = await askPrometheus(`${api}/query?query=${encodeURIComponent(expr)}`);
      return (data as { readonly result: readonly Sample[] }).result;
    },
    async rules() {
      const data = await askPrometheus(`${api}/rules`);
      const { groups } = data as {
        readonly groups: readonly { readonly rules: readonly RuleState[] }[];
      };
      return groups.flatMap((group) => group.rules);
    },
    messages: async () =>
      (await ask(`http://${at(ports.alertmanager)}/api/v2/alerts`)) as readonly Message[],
    logs,
    close: end,
  };
}
