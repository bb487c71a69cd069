// What breaks a cluster on real hosts or a deployment of it, for tests that say so under load.
import { readFileSync } from "node:fs";
import { identify, signalProcess } from "../../../../packages/baton/src/sys/processes.ts";
import { missing, seen, waitFor } from "../../../../packages/baton/src/sys/wait.ts";
import { type Deploying, NODES } from "./deployment.ts";
import type { Hosts } from "./hosts.ts";
import { inside } from "./inside.ts";
import { type Asking, askSentinels } from "./roles.ts";

/** Resolves when the run has written the text. @throws BatonError NOT_READY with the end of what it wrote */
export async function untilSaid(run: Deploying, text: string): Promise<void> {
  const look = () => {
    const said = run.said();
    return said.includes(text) ? seen(undefined) : missing(`"${text}" in ${said.slice(-2_000)}`);
  };
  await waitFor("a run to come so far", look, { withinMs: 120_000, everyMs: 20 });
}

/**
 * Freezes the primary until another node has been promoted. Frozen and not killed: systemd would start it
 * anew before a Sentinel has missed it.
 * @returns who was promoted
 */
export async function freezeUntilFailover(asking: Asking, primary: string): Promise<string> {
  const { hosts } = asking;
  const unit = ["show", "--property=MainPID", "--value", "redis-server@main.service"];
  const pid = (await inside(hosts, primary, "systemctl", ...unit)).trim();
  await inside(hosts, primary, "kill", "-STOP", pid);
  try {
    return await promotedInsteadOf(asking, primary);
  } finally {
    // It is gone already where a deployment has started the node anew.
    await hosts.run(primary, ["kill", "-CONT", pid]);
  }
}

/** By the word of any Sentinel on another host than `old`. @throws BatonError NOT_READY */
async function promotedInsteadOf(asking: Asking, old: string): Promise<string> {
  const look = async () => {
    const others = (await askSentinels(asking)).filter(({ host }) => host !== old);
    const named = NODES.find(
      ({ name, address }) => name !== old && others.some(({ primary }) => primary === address),
    );
    return named === undefined ? missing(`another primary than ${old}`) : seen(named.name);
  };
  return await waitFor("a failover", look, { withinMs: 60_000, everyMs: 200 });
}

const RECORD = "/run/baton/redis-server@main.service.json";
const OTHERWISE = `
import json
path = "${RECORD}"
record = json.load(open(path))
record["settings"] += "\\ndatabases 17\\n"
json.dump(record, open(path, "w"))
`;

/**
 * Makes work for the next run: the node is said to have been started with another setting, which only a start
 * can change.
 */
export async function pretendOtherStart(hosts: Hosts, host: string): Promise<void> {
  await inside(hosts, host, "python3", "-c", OTHERWISE);
}

/** SIGKILL to the ansible-playbook of a run, which then can tidy up nothing. */
export function killAnsible({ child: { pid = 0 } }: Deploying): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  const playbook = children
    .map((one) => identify(Number(one)))
    .find((one) => one && readFileSync(`/proc/${one.pid}/cmdline`, "utf8").includes("ansible-playbook"));
  if (playbook === undefined) throw new Error(`process ${pid} runs no ansible-playbook`);
  signalProcess(playbook, "SIGKILL");
}
