// The owner's control socket: requests of this user's commands and drills, checked and carried out.
import { z } from "zod";
import { BatonError, ERRORS, type ErrorCode } from "../errors.ts";
import { type LocalReply, type LocalRequest, type LocalServer, serveLocal } from "../sys/unix-http.ts";
import {
  actOnDisk,
  actOnProcess,
  cut,
  delay,
  DISK_ACTIONS,
  disturbances,
  emptyData,
  type Grounds,
  heal,
  PROCESS_ACTIONS,
  startReplica,
} from "./faults.ts";
import type { Unit } from "./plan.ts";
import { PROCESS_KINDS } from "./record.ts";
import { type LabStatus, labStatus } from "./status.ts";

/** Longer would only hide a cut behind a delay. */
export const DELAY_MS_MAX = 60_000;

const place = z.string().max(64);
const processRequest = z.strictObject({
  action: z.enum(PROCESS_ACTIONS),
  host: place,
  process: z.enum([...PROCESS_KINDS, "all"]),
});
const diskRequest = z.strictObject({ action: z.enum(DISK_ACTIONS), host: place });
const emptyRequest = z.strictObject({ host: place });
const startReplicaRequest = z.strictObject({
  host: place,
  primary: z.strictObject({ address: z.ipv4(), port: z.int().min(1).max(65_535) }),
});
const cutRequest = z.strictObject({ from: place, to: place, oneWay: z.boolean() });
const delayRequest = z.strictObject({ from: place, to: place, ms: z.number().min(0).max(DELAY_MS_MAX) });

export interface Seen {
  readonly status: LabStatus;
  readonly disturbances: readonly string[];
}

export interface ControlOptions extends Grounds {
  readonly name: string;
  /** "redis 7.0.15" */
  readonly engine: string;
  /** Begins the end of the lab; the answer is sent before it is over. */
  readonly requestDown: () => void;
}

async function carryOut(
  { method, path, body }: LocalRequest,
  options: ControlOptions,
): Promise<unknown> {
  switch (`${method} ${path}`) {
    case "GET /status": {
      const { name, engine, plan, fleet } = options;
      const pidOf = (unit: Unit) => fleet.identity(unit)?.pid ?? null;
      const status = labStatus({ name, engine, plan, pidOf });
      return { status, disturbances: disturbances(options) } satisfies Seen;
    }
    case "POST /process": {
      const { action, host, process } = processRequest.parse(body);
      return await actOnProcess(action, { host, process }, options);
    }
    case "POST /disk": {
      const { action, host } = diskRequest.parse(body);
      return await actOnDisk(action, host, options);
    }
    case "POST /empty":
      return await emptyData(emptyRequest.parse(body).host, options);
    case "POST /start-replica":
      return await startReplica(startReplicaRequest.parse(body), options);
    case "POST /cut": {
      const { from, to, oneWay } = cutRequest.parse(body);
      return cut({ from, to }, oneWay, options);
    }
    case "POST /delay": {
      const { from, to, ms } = delayRequest.parse(body);
      return delay({ from, to }, ms, options);
    }
    case "POST /heal":
      return heal(options);
    case "POST /down":
      options.requestDown();
      return { did: ["the lab is ending"] };
    default:
      throw new BatonError("USAGE", `the lab's owner does not know ${method} ${path}`);
  }
}

async function answer(request: LocalRequest, options: ControlOptions): Promise<LocalReply> {
  try {
    return { status: 200, body: await carryOut(request, options) };
  } catch (error) {
    if (error instanceof BatonError) {
      const { code, message, details } = error;
      return { status: 409, body: { code, message, details } };
    }
    if (error instanceof z.ZodError)
      return { status: 400, body: { code: "USAGE", message: z.prettifyError(error) } };
    // A bug: the owner must live on, and whoever asked shall see it.
    return {
      status: 500,
      body: { message: error instanceof Error ? (error.stack ?? error.message) : String(error) },
    };
  }
}

export async function openControl(socketPath: string, options: ControlOptions): Promise<LocalServer> {
  return await serveLocal(socketPath, (request) => answer(request, options));
}

const errorReply = z.object({
  code: z.string().refine((code): code is ErrorCode => code in ERRORS),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});

/** The error that the other process reported, as if it had been thrown here. */
export function errorFrom(reported: unknown): Error {
  const known = errorReply.safeParse(reported);
  if (!known.success) return new Error(`the lab's owner reported: ${JSON.stringify(reported)}`);
  const { code, message, details } = known.data;
  return new BatonError(code, message, { details: details ?? {} });
}
