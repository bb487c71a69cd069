// A lab from a test's point of view: what its status says, and doors to its nodes from any of its hosts.
import { readFile } from "node:fs/promises";
import { type Door, openDoor } from "../../../packages/baton/src/redis/door.ts";
import type { LabStatus } from "../../../packages/baton/src/lab/index.ts";
import { baton } from "./baton.ts";

function statusFrom(text: string): LabStatus {
  return JSON.parse(text) as LabStatus;
}

/** Starts a lab in the background and says what it is. */
export async function labUp(home: string, ...flags: readonly string[]): Promise<LabStatus> {
  const ran = await baton(home, ["lab", "up", "--detach", "--json", ...flags]);
  if (ran.code !== 0) throw new Error(`baton lab up exited with ${ran.code}:\n${ran.err}`);
  return statusFrom(ran.out);
}

export async function labStatus(home: string, ...flags: readonly string[]): Promise<LabStatus> {
  const ran = await baton(home, ["lab", "status", "--json", ...flags]);
  if (ran.code !== 0) throw new Error(`baton lab status exited with ${ran.code}:\n${ran.err}`);
  return statusFrom(ran.out);
}

export function pidsOf({ hosts, router }: LabStatus): readonly number[] {
  const all = [...hosts.flatMap(({ redis, sentinel, agent }) => [redis, sentinel, agent]), router];
  return all.flatMap((one) => (one?.pid == null ? [] : [one.pid]));
}

/** "127.0.10." */
export function networkOf({ hosts }: LabStatus): string {
  return (hosts[0]?.address ?? "").replace(/\d+$/, "");
}

export function addressOf({ hosts }: LabStatus, name: string): string {
  const host = hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`the lab has no host ${name}`);
  return host.address;
}

/**
 * A connection as the application to a host's Redis, from a host of the lab or, without one, from the
 * clients.
 */
export async function doorTo(status: LabStatus, to: string, from?: string): Promise<Door> {
  const password = (await readFile(status.password.file, "utf8")).trim();
  const address = addressOf(status, to);
  const source = from === undefined ? {} : { sourceAddress: addressOf(status, from) };
  return openDoor({ address, port: 6379, password, connectMs: 1000, commandMs: 1000, ...source });
}
