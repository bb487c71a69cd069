// A real Alertmanager on a free port of loopback, and what it says of its alerts.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import { freePort } from "../../targets/support/free-port.ts";

export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

export interface Alertmanager {
  readonly url: string;
  /** Those that fire. */
  firing(): Promise<readonly Alert[]>;
  close(): Promise<void>;
}

const CONFIG = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n";

export async function startAlertmanager(): Promise<Alertmanager> {
  const folder = await mkdtemp(join(tmpdir(), "baton-alertmanager-"));
  const file = join(folder, "alertmanager.yml");
  await writeFile(file, CONFIG);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const flags = [
    `--config.file=${file}`,
    `--storage.path=${folder}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--cluster.listen-address=",
    "--log.level=error",
  ];
  const child: ChildProcess = spawn("prometheus-alertmanager", flags, { stdio: "ignore" });
  await once(child, "spawn");
  const ready = async () => {
    const { status } = await fetch(`${url}/-/ready`);
    return status === 200 ? seen(undefined) : missing(`status ${status}`);
  };
  await waitFor("Alertmanager to be ready", ready, { withinMs: 30_000 });
  return {
    url,
    async firing() {
      const response = await fetch(`${url}/api/v2/alerts?active=true`);
      const alerts = (await response.json()) as readonly Alert[];
      return alerts.filter(({ endsAt }) => Date.parse(endsAt) > Date.now());
    },
    async close() {
      const gone = once(child, "exit");
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await gone;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
