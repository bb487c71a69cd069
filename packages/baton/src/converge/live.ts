// Changes a running Redis or Sentinel of this host, as the user `deploy`: this run alone knows its password.
import { hostNamed } from "../cluster/layout.ts";
import { BatonError } from "../errors.ts";
import { type Door, openDoor } from "../redis/door.ts";
import { recordPath } from "../render/host/places.ts";
import { readTextFile } from "../sys/files.ts";
import { certificatesHash } from "../node-start/certificates.ts";
import type { Step } from "./plan.ts";
import { parseSettings, type UserChange, withUsers } from "../node-start/settings.ts";
import { readStartRecord, type StartRecord, writeStartRecord } from "../node-start/start-record.ts";
import { wantedUnits } from "./units.ts";
import type { Place } from "./watch.ts";

const COMMAND_MS = 5_000;
const CERTIFICATES = ["tls-cert-file", "tls-key-file", "tls-ca-cert-file"];

export type LiveStep = Extract<Step, { kind: "accept" | "forget" | "set" }>;

function endpointOf({ job }: Step, { layout, host }: Place) {
  const plan =
    job.kind === "node"
      ? layout.groups.find(({ name }) => name === job.group)?.nodes.find((node) => node.host === host)
      : layout.sentinels.find(({ id }) => id === host);
  if (plan === undefined) throw new BatonError("UNABLE", `${host} runs nothing of that kind`);
  return plan;
}

async function withDoor(
  step: Step,
  place: Place,
  record: StartRecord,
  use: (door: Door) => Promise<void>,
): Promise<void> {
  const { address, port } = endpointOf(step, place);
  const sourceAddress = hostNamed(place.layout.cluster, place.host).address;
  const login = { username: "deploy", password: record.password, tls: place.secrets.tls };
  const door = openDoor({ address, port, ...login, sourceAddress, commandMs: COMMAND_MS });
  try {
    await use(door);
  } finally {
    door.close();
  }
}

async function setUsers(door: Door, users: readonly UserChange[]): Promise<void> {
  for (const { name, rules } of users)
    await door.call(
      rules === undefined ? ["ACL", "DELUSER", name] : ["ACL", "SETUSER", name, "reset", ...rules],
    );
}

/** The new text with the users of the old one: these are for `accept` and `forget`. */
function withUsersOf(after: string, before: string): string {
  const { users } = parseSettings(before);
  const names = new Set([...users.keys(), ...parseSettings(after).users.keys()]);
  return withUsers(
    after,
    [...names].map((name) => ({ name, rules: users.get(name) })),
  );
}

async function setDirectives(
  door: Door,
  { changes, certificates }: Extract<LiveStep, { kind: "set" }>,
  after: string,
): Promise<void> {
  const { directives } = parseSettings(after);
  const files = certificates ? CERTIFICATES : [];
  const pairs = new Map<string, string>();
  for (const { name, value } of changes) if (value !== undefined) pairs.set(name, value);
  for (const name of files) {
    const value = directives.get(name);
    if (value !== undefined) pairs.set(name, value);
  }
  // In one command all are taken, or none.
  await door.call(["CONFIG", "SET", ...[...pairs].flat()]);
}

/**
 * Afterwards the record says what has been applied.
 * @throws BatonError UNABLE, UNREACHABLE, REFUSED, and what Redis answers instead of OK
 */
export async function changeLive(step: LiveStep, place: Place, clusterFile: string): Promise<void> {
  const { layout, host } = place;
  const { unit } = step;
  const record = await readStartRecord(recordPath(unit));
  const path = wantedUnits(layout, host).find((one) => one.unit === unit)?.settingsPath;
  if (record === undefined || path === undefined)
    throw new BatonError("UNABLE", `${unit}: nobody knows what it was started with`);
  if (step.kind !== "set") {
    await withDoor(step, place, record, async (door) => await setUsers(door, step.users));
    await writeStartRecord(recordPath(unit), {
      ...record,
      settings: withUsers(record.settings, step.users),
    });
    return;
  }
  const after = await readTextFile(path);
  await withDoor(step, place, record, async (door) => await setDirectives(door, step, after));
  const { tls } = layout.cluster;
  const certificates = await certificatesHash(tls?.redis ? tls : undefined, clusterFile);
  await writeStartRecord(recordPath(unit), {
    ...record,
    certificates,
    settings: withUsersOf(after, record.settings),
  });
}
