// What most proofs begin with: a primary, two replicas and three Sentinels, as they come without Baton.
import { assert } from "../errors.ts";
import { Fields, asList } from "../redis/replies.ts";
import { slowness } from "../sys/clock.ts";
import { missing, seen } from "../sys/wait.ts";
import type { Ground } from "./ground.ts";
import type { Member } from "./member.ts";

export const GROUP = "main";
/** Long enough for a loaded machine; a failover takes about 1.3 s more. */
export const DOWN_AFTER_MS = 1_500;
/** An attempt is given up after it, and the next one made after twice that. */
const FAILOVER_TIMEOUT_MS = 3_000;
/**
 * Instead of 10 s and 2 s, so that a proof takes seconds. What Sentinel decides does not change; what
 * an old primary may still do before it is told off is shorter than it would be.
 */
const QUICK = ["SENTINEL", "DEBUG", "info-period", "1000", "publish-period", "500"] as const;

export interface Plan {
  /** 3 by default, and 3 Sentinels. */
  readonly hosts?: number;
  readonly sentinels?: number;
  readonly quorum?: number;
  readonly downAfterMs?: number;
  /** Of everybody towards Redis, in these proofs' own doors. */
  readonly password?: string;
  readonly wires?: boolean;
  /** Lines after the usual ones; the last of a name counts. */
  readonly redis?: (host: number) => readonly string[];
  readonly sentinel?: (number: number) => readonly string[];
  /** The line by which Sentinel number k is told of the primary. */
  readonly monitor?: (number: number) => string;
}

export interface Stage {
  readonly ground: Ground;
  /** h1, the first primary, then its replicas. */
  readonly redis: readonly Member[];
  readonly sentinels: readonly Member[];
  readonly primary: Member;
}

function redisText(ground: Ground, member: Member, plan: Plan): string {
  const number = member.number;
  return [
    `bind ${member.place.listens}`,
    `bind-source-addr ${member.address}`,
    `port ${member.port}`,
    "protected-mode no",
    `dir ${member.dataFolder}`,
    "set-proc-title no",
    `replica-announce-ip ${member.address}`,
    "repl-diskless-sync-delay 0",
    'save ""',
    ...(number === 1 ? [] : [`replicaof ${ground.address(1)} ${member.port}`]),
    ...(plan.redis?.(number) ?? []),
    "",
  ].join("\n");
}

function sentinelText(ground: Ground, member: Member, plan: Plan): string {
  const number = member.number;
  const { quorum = 2, downAfterMs = DOWN_AFTER_MS, monitor, sentinel } = plan;
  const usual = `sentinel monitor ${GROUP} ${ground.address(1)} 6379 ${quorum}`;
  return [
    `bind ${member.place.listens}`,
    `bind-source-addr ${member.address}`,
    `port ${member.port}`,
    `dir ${member.dataFolder}`,
    "set-proc-title no",
    `sentinel announce-ip ${member.address}`,
    monitor?.(number) ?? usual,
    `sentinel down-after-milliseconds ${GROUP} ${downAfterMs * slowness()}`,
    `sentinel failover-timeout ${GROUP} ${FAILOVER_TIMEOUT_MS * slowness()}`,
    ...(sentinel?.(number) ?? []),
    "",
  ].join("\n");
}

/** The text that a Redis was first started with, for whoever writes it again. */
export async function configureRedis(ground: Ground, member: Member, plan: Plan): Promise<void> {
  await member.configure(redisText(ground, member, plan));
}

export async function configureSentinel(ground: Ground, member: Member, plan: Plan): Promise<void> {
  await member.configure(sentinelText(ground, member, plan), QUICK);
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Everything configured, nothing started. */
export async function prepareStage(ground: Ground, plan: Plan): Promise<Stage> {
  const { hosts = 3, sentinels = 3, password, wires = false } = plan;
  const redis = numbers(hosts).map((number) => ground.add("redis", number, { wired: wires, password }));
  const watchers = numbers(sentinels).map((number) =>
    ground.add("sentinel", number, { wired: wires, password: undefined }),
  );
  for (const member of redis) await configureRedis(ground, member, plan);
  for (const member of watchers) await configureSentinel(ground, member, plan);
  if (wires) await ground.openWires();
  const [primary] = redis;
  assert(primary !== undefined, "a stage has a host");
  return { ground, redis, sentinels: watchers, primary };
}

/** Redis and replication; the Sentinels are not started yet. */
export async function startRedis({ ground, redis, primary }: Stage): Promise<void> {
  ground.say("starting a primary and its replicas");
  for (const member of redis) await member.start();
  const look = async () => {
    const info = String(await primary.call("INFO", "replication"));
    const online = info.match(/state=online/g)?.length ?? 0;
    return online === redis.length - 1 ? seen(undefined) : missing(`${online} replicas are online`);
  };
  await primary.until("the replicas to be in sync", look, { withinMs: 15_000 });
}

/** One Sentinel's replies about the others and the replicas, as far as it takes them for alive. */
async function isAcquainted(sentinel: Member, { redis, sentinels, primary }: Stage) {
  const [group, replicas, peers] = await Promise.all([
    sentinel.call("SENTINEL", "MASTER", GROUP),
    sentinel.call("SENTINEL", "REPLICAS", GROUP),
    sentinel.call("SENTINEL", "SENTINELS", GROUP),
  ]);
  const alive = (reply: unknown, what: string) =>
    asList(reply, what)
      .map((entry) => new Fields(entry, what))
      .filter((fields) => !/down|disconnected/.test(fields.text("flags")))
      .map((fields) => fields.text("ip"));
  const known = new Set([...alive(replicas, "replicas"), ...alive(peers, "Sentinels")]);
  const others = [...redis, ...sentinels].filter((one) => one !== sentinel && one !== primary);
  const unknown = others.filter(({ address }) => !known.has(address)).map(({ name }) => name);
  if (new Fields(group, "the group").text("flags") !== "master") unknown.push(primary.name);
  return unknown;
}

/** Every running Sentinel knows every other and every replica. */
export async function lookAcquainted(stage: Stage) {
  for (const sentinel of stage.sentinels.filter(({ isRunning }) => isRunning)) {
    const unknown = await isAcquainted(sentinel, stage);
    if (unknown.length > 0) return missing(`${sentinel.name} does not know ${unknown.join(", ")}`);
  }
  return seen(undefined);
}

export async function startSentinels({ ground, sentinels }: Stage): Promise<void> {
  ground.say("starting the Sentinels");
  for (const sentinel of sentinels) await sentinel.start();
}

/** @throws BatonError NOT_READY */
export async function acquaint(stage: Stage): Promise<void> {
  const what = "the Sentinels to know each other and all replicas";
  await stage.primary.until(what, () => lookAcquainted(stage), { withinMs: 20_000, everyMs: 100 });
}

/** Redis, replicas and Sentinels, all acquainted. */
export async function startAll(stage: Stage): Promise<void> {
  await startRedis(stage);
  await startSentinels(stage);
  await acquaint(stage);
}

export async function putUp(ground: Ground, plan: Plan): Promise<Stage> {
  const stage = await prepareStage(ground, plan);
  await startAll(stage);
  return stage;
}
