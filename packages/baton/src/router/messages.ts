// What the process that observes and the processes that serve clients tell each other.
import { z } from "zod";
import type { Confirmations, Route } from "../decide/types.ts";
import type { TlsMaterial } from "../sys/tls.ts";
import type { CommandInfo } from "./commands.ts";
import { type DurationCounts, Durations, HOLD_BOUNDS_MS, WAIT_BOUNDS_MS } from "./durations.ts";
import type { ReadCounts, ReadRouterOptions } from "./read-router.ts";
import type { ReadOffer } from "./reads.ts";
import type { RouterOptions, RouterStats } from "./router.ts";
import { ENDINGS, ENDS_KEPT_MAX, type SessionEnd } from "./visits.ts";

/** What a worker counts. The rest of what it knows is left out by the reader: whoever sets it knows it. */
export type RouterCounts = Omit<RouterStats, "route" | "routeChanges" | "confirmations">;
/** What is no data stays here; `tellsEnds`: there is an access log. */
type ForWorker<Options> = Omit<Options, "clock" | "accessLog"> & { readonly tellsEnds: boolean };
type WorkerRouterOptions = ForWorker<RouterOptions>;
type WorkerReadOptions = ForWorker<ReadRouterOptions>;

const count = z.number().min(0);
const endpoint = z.object({ address: z.string(), port: z.int().min(0).max(65_535) });
const target = z.object({ node: z.string(), endpoint });

const route = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("primary"),
    node: z.string(),
    endpoint,
    epoch: z.int(),
    confirmed: z.boolean(),
  }),
  z.object({ kind: z.literal("none"), reason: z.string() }),
]) satisfies z.ZodType<Route>;

const confirmations = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("not-asked") }),
  z.object({
    kind: z.literal("asked"),
    replicas: z.int().min(1),
    names: z.array(z.string()).readonly(),
  }),
  z.object({ kind: z.literal("refused"), reason: z.string() }),
]) satisfies z.ZodType<Confirmations>;

const offer = z.object({
  replicas: z.array(target).readonly(),
  // What is undefined is left out on the wire.
  primary: target.optional().transform((found) => found),
  reason: z.string(),
}) satisfies z.ZodType<ReadOffer>;

/** Texts of PEM: a chain of certificates has some kilobytes, a bundle of all authorities of the world 300. */
const pem = z.string().max(1024 * 1024);
const tls = z.object({ authority: pem, certificate: pem, key: pem }) satisfies z.ZodType<TlsMaterial>;

// `satisfies` names every key: an option that were left out here would get lost on its way to a worker.
const common = {
  listen: endpoint,
  sourceAddress: z.string().exactOptional(),
  holdMs: count,
  holdSessions: count,
  sessionsMax: count.exactOptional(),
  connectMs: count.exactOptional(),
  proxyProtocol: z.boolean().exactOptional(),
  clientTls: tls.exactOptional(),
  upstreamTls: tls.exactOptional(),
  tellsEnds: z.boolean(),
};
const routerOptions = z.object({
  ...common,
} satisfies Record<keyof WorkerRouterOptions, z.ZodType>);
const readOptions = z.object({
  ...common,
  fallback: z.enum(["primary", "refuse"]),
} satisfies Record<keyof WorkerReadOptions, z.ZodType>);

const command = z.object({
  name: z.string(),
  isWrite: z.boolean(),
  isReadOnly: z.boolean(),
  isBlocking: z.boolean(),
  isCaptured: z.boolean(),
}) satisfies z.ZodType<CommandInfo>;

/** The port that an order is about. Each has a number that no other port of this process ever had. */
const id = z.int();

const order = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("open-router"), id, options: routerOptions }),
  z.object({ kind: z.literal("open-reads"), id, options: readOptions }),
  z.object({ kind: z.literal("route"), id, route }),
  z.object({ kind: z.literal("confirmations"), id, confirmations }),
  /** Answered by `settled` with the same number. */
  z.object({ kind: z.literal("hold"), id, reason: z.string(), holdNumber: z.int() }),
  z.object({ kind: z.literal("release"), id }),
  z.object({ kind: z.literal("learn"), id, commands: z.array(command).max(5_000) }),
  z.object({ kind: z.literal("offer"), id, offer }),
  z.object({ kind: z.literal("drain"), id, ms: count }),
  z.object({ kind: z.literal("close"), id }),
]);
/** From the primary process to a worker. */
export type Order = z.output<typeof order>;
/**
 * What is ordered in one go is sent in one message: a route and the confirmations that belong to it come
 * into force together, without a write in between.
 */
const orders = z.array(order).max(1_000);

const durations = z.object({
  count,
  totalMs: count,
  within: z.record(z.string(), count),
}) satisfies z.ZodType<DurationCounts>;
const routerCounts = z.object({
  sessions: count,
  held: count,
  accepted: count,
  released: count,
  moved: count,
  cut: count,
  lost: count,
  garbage: count,
  unconfirmed: count,
  refused: z.object({ holdTime: count, holdSessions: count, sessions: count }),
  bytesFromClients: count,
  bytesFromPrimary: count,
  commands: count,
  holds: durations,
  waits: durations,
  acceptFailures: count,
  handshakeFailures: count,
} satisfies Record<keyof RouterCounts, z.ZodType>);
export const noRouterCounts: RouterCounts = {
  sessions: 0,
  held: 0,
  accepted: 0,
  released: 0,
  moved: 0,
  cut: 0,
  lost: 0,
  garbage: 0,
  unconfirmed: 0,
  refused: { holdTime: 0, holdSessions: 0, sessions: 0 },
  bytesFromClients: 0,
  bytesFromPrimary: 0,
  commands: 0,
  holds: new Durations(HOLD_BOUNDS_MS).counts(),
  waits: new Durations(WAIT_BOUNDS_MS).counts(),
  acceptFailures: 0,
  handshakeFailures: 0,
};
const readCounts = z.object({
  sessions: count,
  waiting: count,
  sessionsByNode: z.record(z.string(), count),
  accepted: count,
  cut: count,
  refused: count,
  handshakeFailures: count,
} satisfies Record<keyof ReadCounts, z.ZodType>);

export const noReadCounts: ReadCounts = {
  sessions: 0,
  waiting: 0,
  sessionsByNode: {},
  accepted: 0,
  cut: 0,
  refused: 0,
  handshakeFailures: 0,
};

const sessionEnd = z.object({
  atWallMs: count,
  client: endpoint,
  node: z.string().exactOptional(),
  durationMs: count,
  commands: count.exactOptional(),
  bytesFromClient: count,
  bytesToClient: count,
  end: z.enum(ENDINGS),
}) satisfies z.ZodType<SessionEnd>;

const report = z.discriminatedUnion("kind", [
  /** It listens to orders. */
  z.object({ kind: z.literal("ready") }),
  z.object({ kind: z.literal("opened"), id, address: endpoint }),
  z.object({ kind: z.literal("failed"), id, code: z.string(), message: z.string() }),
  z.object({ kind: z.literal("closed"), id }),
  z.object({ kind: z.literal("settled"), id, holdNumber: z.int(), isSettled: z.boolean() }),
  z.object({ kind: z.literal("ends"), id, ends: z.array(sessionEnd).max(ENDS_KEPT_MAX), lost: count }),
  /** Sent all the time: their absence tells that a worker is stuck. */
  z.object({
    kind: z.literal("counts"),
    routers: z.array(z.object({ id, counts: routerCounts })),
    reads: z.array(z.object({ id, counts: readCounts })),
  }),
]);
/** From a worker to the primary process. */
export type Report = z.output<typeof report>;

/** @throws ZodError, which ends the worker. */
export const ordersFrom = (message: unknown): readonly Order[] => orders.parse(message);
export const reportFrom = (message: unknown): Report | undefined => report.safeParse(message).data;
