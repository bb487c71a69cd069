// What is right and wrong with an etcd before it is needed: its members, the login, the roles, the key.
import { z } from "zod";
import type { Proof } from "../../target.ts";
import { problem, proven, right, unknown } from "../stores/proving.ts";
import { type EtcdKey, readKey } from "./key.ts";
import { type Cover, coverOf, permission, type Role } from "./permissions.ts";

export interface ProvenEtcd extends EtcdKey {
  readonly endpoints: readonly string[];
  readonly user: string | undefined;
}

/** A user has a handful. */
const ROLES_MAX = 50;

const health = z.object({ health: z.enum(["true", "false"]) });
const userShape = z.object({ roles: z.array(z.string()).max(ROLES_MAX).default([]) });
const roleShape = z.object({ perm: z.array(permission).default([]) });

/** Its answer includes a read by the majority and raised alarms, and needs no rights. */
async function reach({ etcd, endpoints }: ProvenEtcd, signal: AbortSignal): Promise<readonly Proof[]> {
  const asked = { method: "GET", path: "/health", reply: health } as const;
  const looks = endpoints.map(async (endpoint, index): Promise<Proof> => {
    const { host } = new URL(endpoint);
    try {
      const { health: isWell } = await etcd.askOne(index, asked, signal);
      return isWell === "true" ? right(`${host} is healthy`) : problem(`${host} says it is not healthy`);
    } catch (error) {
      return problem(`${host}: ${signal.aborted ? "no answer in time" : (error as Error).message}`);
    }
  });
  const found = await Promise.all(looks);
  if (!found.some(({ verdict }) => verdict === "right")) return found;
  const instead = "; another endpoint is asked instead";
  return found.map((one) => (one.verdict === "right" ? one : unknown(`${one.sentence}${instead}`)));
}

async function held(own: ProvenEtcd, signal: AbortSignal): Promise<readonly Proof[]> {
  const reading = await readKey(own, signal);
  const found =
    reading === undefined ? "is not there yet: the first write makes it" : `holds ${reading.raw}`;
  return [right(`${own.key} ${found}`)];
}

async function rights(own: ProvenEtcd, user: string, signal: AbortSignal): Promise<readonly Proof[]> {
  const { etcd, key } = own;
  if (etcd.isLoginIgnored()) {
    return [unknown(`authentication is switched off: whoever reaches etcd may change ${key}`)];
  }
  const asked = {
    method: "POST",
    path: "/v3/auth/user/get",
    body: { name: user },
    reply: userShape,
  } as const;
  const { roles } = await etcd.ask(asked, signal);
  if (roles.includes("root")) {
    return [right(`user ${user} has the role root: one for ${key} alone would be enough`)];
  }
  const known: Role[] = [];
  for (const role of roles) {
    const body = { role };
    const one = { method: "POST", path: "/v3/auth/role/get", body, reply: roleShape } as const;
    const { perm } = await etcd.ask(one, signal);
    known.push({ role, permissions: perm });
  }
  const cover = coverOf(known, key);
  const lacks = lackingIn(cover);
  if (lacks === undefined) {
    const by = [...new Set([cover.readBy, cover.writtenBy])].join(" and ");
    const more = cover.isWider ? ", and more than this key" : "";
    return [right(`user ${user} may read and write ${key} by role ${by}${more}`)];
  }
  const given = roles.length === 0 ? "no role" : `only the roles ${roles.join(", ")}`;
  const next = `etcdctl role grant-permission ROLE readwrite ${key}`;
  return [problem(`user ${user} may not ${lacks} ${key}: it has ${given}; ${next}`)];
}

function lackingIn({ readBy, writtenBy }: Cover): string | undefined {
  const lacking = [
    ...(readBy === undefined ? ["read"] : []),
    ...(writtenBy === undefined ? ["write"] : []),
  ];
  return lacking.length === 0 ? undefined : lacking.join(" or ");
}

export async function proveEtcd(own: ProvenEtcd, signal: AbortSignal): Promise<readonly Proof[]> {
  const members = await reach(own, signal);
  if (!members.some(({ verdict }) => verdict === "right")) return members;
  const { user } = own;
  const found = await proven(own.key, signal, () => held(own, signal));
  if (user === undefined) return [...members, ...found];
  const allowed = await proven(`user ${user}`, signal, () => rights(own, user, signal));
  return [...members, ...found, ...allowed];
}
