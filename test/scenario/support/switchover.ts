// One lab for a file of tests about switchovers: clients that write, and the look whether all is whole again.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { attachLab, type LabHandle } from "../../../packages/baton/src/lab/index.ts";
import { type Door, openDoor } from "../../../packages/baton/src/redis/door.ts";
import { asList, Fields, parseRole } from "../../../packages/baton/src/redis/replies.ts";
import type { SwitchoverResult } from "../../../packages/baton/src/switchover/types.ts";
import { systemClock } from "../../../packages/baton/src/sys/clock.ts";
import { callerOptions } from "../../../packages/baton/src/sys/tls.ts";
import { missing, seen, waitFor } from "../../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome } from "./baton.ts";
import { keepEvidence } from "./evidence.ts";
import { labUp } from "./lab.ts";

let home: string;
let lab: LabHandle;
const toClose: { close(): void }[] = [];

/** To be called once at the top of a test file. A cluster of its own has wires, which can be cut. */
export function useOneLab(clusterText?: string): void {
  beforeAll(async () => {
    home = await makeHome();
    const file = join(home, "cluster.yml");
    if (clusterText !== undefined) await writeFile(file, clusterText);
    await labUp(home, ...(clusterText === undefined ? ["--no-wires"] : ["--file", file]));
    lab = await attachLab("lab", { BATON_HOME: home });
  }, 60_000);
  afterEach((context) => {
    keepEvidence(context, home);
    for (const one of toClose.splice(0)) one.close();
  });
  afterAll(async () => {
    await baton(home, ["lab", "down"]);
    await removeHome(home);
  });
}

function door(plan: { readonly address: string; readonly port: number }, username?: string): Door {
  const { agent, application, tls } = lab.secrets;
  const login = username === "agent" ? { username, password: agent } : { password: application };
  const opened = openDoor({ ...plan, ...login, tls, connectMs: 1_000, commandMs: 1_000 });
  toClose.push(opened);
  return opened;
}
/** Nodes of the only group. */
export const nodesOf = () => lab.layout.groups[0]?.nodes ?? [];
export const theLab = () => lab;
export const theHome = () => home;
/** The address of the only router. */
export const routerOf = () => lab.layout.routers[0] ?? { address: "", port: 0 };
export const resultOf = (out: string) => JSON.parse(out) as SwitchoverResult;

/** Everything a switchover may have touched, as it should be when none is under way. */
export async function whole(withinMs: number): Promise<string> {
  const doors = nodesOf().map((plan) => ({ plan, door: door(plan, "agent") }));
  const sentinels = lab.layout.sentinels.map((plan) => door(plan, "agent"));
  const look = async () => {
    const primaries: string[] = [];
    for (const { plan, door } of doors) {
      const [said, note, priority, pings] = await door.batch([
        ["ROLE"],
        ["GET", "baton:main:handover"],
        ["CONFIG", "GET", "replica-priority"],
        ["CONFIG", "GET", "repl-ping-replica-period"],
      ]);
      const role = parseRole(said);
      if (role.kind === "primary") primaries.push(plan.id);
      else if (role.link !== "connected") return missing(`${plan.id} follows, link ${role.link}`);
      if (note !== null) return missing(`${plan.id} holds a note of a switchover`);
      if (asList(priority, "priority")[1] !== "100") return missing(`${plan.id} has a priority`);
      if (asList(pings, "pings")[1] !== "2") return missing(`${plan.id} has rare pings`);
    }
    const [primary] = nodesOf().filter(({ id }) => primaries.includes(id));
    if (primary === undefined || primaries.length !== 1)
      return missing(`primaries: ${primaries.join(", ")}`);
    for (const sentinel of sentinels) {
      const fields = new Fields(await sentinel.call(["SENTINEL", "MASTER", "main"]), "SENTINEL MASTER");
      if (fields.text("ip") !== primary.address || fields.text("flags") !== "master")
        return missing(`a Sentinel says ${fields.text("ip")} ${fields.text("flags")}`);
    }
    return seen(primary.id);
  };
  return await waitFor("the cluster to be whole", look, { withinMs, everyMs: 100 });
}

export interface Writer {
  readonly acknowledged: number[];
  closed: number;
  stop(): Promise<void>;
}

/** Writes one id after the other to a list of its own; never repeats one. */
export function write(key: string, plan: { readonly address: string; readonly port: number }): Writer {
  const redis = new Redis({
    host: plan.address,
    port: plan.port,
    password: lab.secrets.application,
    ...(lab.clientTls === undefined ? {} : { tls: callerOptions(lab.clientTls) }),
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 5_000,
    retryStrategy: () => 20,
  });
  const stopping = new AbortController();
  const acknowledged: number[] = [];
  const run = async () => {
    for (let id = 1; !stopping.signal.aborted; id += 1) {
      const written = await redis.rpush(key, id).then(
        () => true,
        () => false,
      );
      if (written) acknowledged.push(id);
      else await systemClock.sleep(5);
    }
  };
  const running = run();
  const writer = {
    acknowledged,
    closed: 0,
    async stop() {
      stopping.abort();
      await running;
      redis.disconnect();
    },
  };
  redis.on("error", () => undefined).on("close", () => (writer.closed += 1));
  const close = () => {
    stopping.abort();
    redis.disconnect();
  };
  toClose.push({ close });
  return writer;
}

/** Ids that were acknowledged and are not on this node. */
export async function lostOf(
  key: string,
  { acknowledged }: Writer,
  present: string,
): Promise<readonly number[]> {
  const primary = nodesOf().find(({ id }) => id === present);
  if (primary === undefined) throw new Error("no primary");
  const found = asList(await door(primary).call(["LRANGE", key, "0", "-1"]), "a list").map(Number);
  expect(new Set(found).size).toBe(found.length);
  const there = new Set(found);
  return acknowledged.filter((id) => !there.has(id));
}
