// Asks a running cluster: from given Sentinels to all others, and to all nodes that anybody names.
import { counted } from "../../cluster/text.ts";
import type { Endpoint } from "../../cluster/types.ts";
import type { Clock } from "../../sys/clock.ts";
import type { TlsMaterial } from "../../sys/tls.ts";
import type { LiveRedis, LiveSentinel } from "../facts.ts";
import { nameOf } from "./answers.ts";
import { askRedis } from "./ask-redis.ts";
import { askSentinel } from "./ask-sentinel.ts";
import { nodesNamedBy, nodesNamedByNodes, sentinelsNamedBy } from "./named.ts";
import type { Login, Surroundings } from "./question.ts";
import { isSettled } from "./settled.ts";

export type { Login } from "./question.ts";

export interface AskOptions {
  readonly sentinels: readonly Endpoint[];
  /** Nodes that are known beforehand, as from a cluster file. */
  readonly nodes?: readonly Endpoint[];
  readonly sentinelLogin?: Login;
  readonly redisLogin?: Login;
  /** As whom Sentinels log in at nodes, where that is known. */
  readonly sentinelUser?: string;
  readonly tls?: TlsMaterial | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** For everything together, 20 s by default; who has not answered until then is silent. */
  readonly withinMs?: number;
}

export interface Asked {
  readonly redis: readonly LiveRedis[];
  readonly sentinels: readonly LiveSentinel[];
  /** What was not asked, as clauses. */
  readonly left: readonly string[];
}

const WITHIN_MS = 20_000;
const PATIENCE_MS = 2_000;
/** A node that answers at once takes 1 s, as its writes are watched for so long. */
const TOGETHER_MS = 10_000;
/** A failover, and the news of it, takes a few seconds; what is still at odds then stays so. */
const SETTLE_MS = 5_000;
const SENTINELS_MAX = 48;
const NODES_MAX = 192;
/** Processes that are asked at once. */
const LANES = 32;

/**
 * Never changes anything. What looks like the middle of a failover is looked at once more 5 s later, so that
 * what is at odds in the answer has been so for that long.
 * @throws the signal's reason when it is aborted.
 */
export async function askCluster(options: AskOptions): Promise<Asked> {
  const { clock, signal, withinMs = WITHIN_MS } = options;
  const endMs = clock.monotonicMs() + withinMs;
  const asked = await askAll(options, endMs);
  const hasTime = endMs - clock.monotonicMs() > SETTLE_MS + 3 * PATIENCE_MS;
  if (isSettled(asked) || !hasTime) return asked;
  await clock.sleep(SETTLE_MS, signal);
  return await askAll(options, endMs);
}

/** The Sentinels alone, each once, for whoever wants to listen to them. @throws as `askCluster` */
export async function findSentinels(options: AskOptions): Promise<readonly LiveSentinel[]> {
  const { clock, withinMs = WITHIN_MS } = options;
  const { answers } = await askSentinels(options, clock.monotonicMs() + withinMs);
  return onceEach(answers);
}

function surroundingsOf({ clock, signal, tls }: AskOptions, endMs: number): Surroundings {
  const togetherMs = Math.max(0, Math.min(TOGETHER_MS, endMs - clock.monotonicMs()));
  return { clock, signal, tls, patienceMs: PATIENCE_MS, togetherMs };
}

async function askSentinels(options: AskOptions, endMs: number): Promise<Heard<LiveSentinel>> {
  const { clock, signal, sentinelLogin = {} } = options;
  return await spread<LiveSentinel>({
    first: options.sentinels,
    most: SENTINELS_MAX,
    ask: async (one) => await askSentinel(one, sentinelLogin, surroundingsOf(options, endMs)),
    namedBy: sentinelsNamedBy,
    endMs,
    clock,
    signal,
  });
}

async function askAll(options: AskOptions, endMs: number): Promise<Asked> {
  const { clock, signal, redisLogin = {}, sentinelUser } = options;
  const sentinels = await askSentinels(options, endMs);
  const nodes = await spread<LiveRedis>({
    first: [...(options.nodes ?? []), ...nodesNamedBy(sentinels.answers)],
    most: NODES_MAX,
    ask: async (one) =>
      await askRedis(one, redisLogin, { ...surroundingsOf(options, endMs), sentinelUser }),
    namedBy: nodesNamedByNodes,
    endMs,
    clock,
    signal,
  });
  const left = [
    ...sentinels.answers.flatMap(groupsLeft),
    ...(sentinels.left > 0 ? [`${sentinels.left} more Sentinels are named, and were not asked`] : []),
    ...(nodes.left > 0 ? [`${nodes.left} more nodes are named, and were not asked`] : []),
  ];
  return { sentinels: onceEach(sentinels.answers), redis: onceEach(nodes.answers), left };
}

function groupsLeft({ address, port, groupsLeft = 0 }: LiveSentinel): readonly string[] {
  if (groupsLeft === 0) return [];
  return [
    `${address}:${port} watches ${counted(groupsLeft, "more group")}, and was not asked about them`,
  ];
}

interface Spread<T> {
  readonly first: readonly Endpoint[];
  readonly most: number;
  readonly ask: (endpoint: Endpoint) => Promise<T>;
  readonly namedBy: (answers: readonly T[]) => readonly Endpoint[];
  readonly endMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface Heard<T> {
  readonly answers: readonly T[];
  /** How many more are named. */
  readonly left: number;
}

/** Asks wave by wave, until nobody names anybody new, the number is full or the time is over. */
async function spread<T>({
  first,
  most,
  ask,
  namedBy,
  endMs,
  clock,
  signal,
}: Spread<T>): Promise<Heard<T>> {
  const known = new Set<string>();
  const answers: T[] = [];
  const fresh = (endpoints: readonly Endpoint[]) =>
    endpoints.filter((one) => !known.has(nameOf(one)) && known.add(nameOf(one)) !== undefined);
  let waiting = fresh(first);
  while (waiting.length > 0) {
    signal.throwIfAborted();
    const room = Math.min(most - answers.length, LANES);
    if (room <= 0 || clock.monotonicMs() >= endMs) break;
    const wave = waiting.slice(0, room);
    const heard = await Promise.all(wave.map(ask));
    answers.push(...heard);
    waiting = [...waiting.slice(room), ...fresh(namedBy(heard))];
  }
  return { answers, left: waiting.length };
}

/** One process may be reached at several addresses; that by which others know it comes last, and stays. */
function onceEach<T extends LiveRedis | LiveSentinel>(answers: readonly T[]): readonly T[] {
  const byProcess = new Map(
    answers.map((answer) => [answer.info?.get("run_id") ?? nameOf(answer), answer]),
  );
  return [...byProcess.values()];
}
