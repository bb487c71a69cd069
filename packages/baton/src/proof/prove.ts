// Runs a proof: the same story with the mistake and with its fix, and whether the difference was seen.
import { BatonError } from "../errors.ts";
import { slowness, systemClock } from "../sys/clock.ts";
import { type Ground, type GroundOptions, openGround } from "./ground.ts";
import { secondsSince } from "./outcome.ts";
import type { Observation, Proof, Side } from "./proof.ts";
import { timeLimit } from "../sys/time-limit.ts";

export interface Proved {
  readonly rule: string;
  /** "redis 7.0.15" */
  readonly engine: string;
  /** Harmed with the mistake, whole with its fix. */
  readonly isShown: boolean;
  readonly mistake: Observation;
  readonly fix: Observation;
  readonly seconds: number;
  /** Configurations and logs of the sides that were not as expected. */
  readonly kept: readonly string[];
}

export interface ProveOptions extends Pick<GroundOptions, "environment" | "signal"> {
  readonly onProgress: (line: string) => void;
}

interface Told {
  readonly engine: string;
  readonly observation: Observation;
  readonly isAsExpected: boolean;
  readonly folder: string;
}

const HEADS: Readonly<Record<Side, string>> = { mistake: "without the fix", fix: "with it" };

/** What is thrown, with the place of the evidence; a person's own interruption as it is. */
function withEvidence(error: unknown, name: string, { folder }: Ground): unknown {
  if (!(error instanceof BatonError)) return error;
  const where = `its configurations and logs are kept in ${folder}`;
  return new BatonError(error.code, `${name}: ${error.message}; ${where}`, { cause: error });
}

async function tell(proof: Proof, side: Side, options: ProveOptions): Promise<Told> {
  const { environment, signal, onProgress } = options;
  const limit = timeLimit(proof.secondsAtMost * 1_000 * slowness());
  const over = new AbortController();
  const name = `${proof.rule}-${side}`;
  const ground = await openGround({
    name,
    environment,
    signal: AbortSignal.any([signal, limit, over.signal]),
    say: (clause) => onProgress(`${HEADS[side]}: ${clause}`),
  });
  const { engineName: engine, folder } = ground;
  let keep = true;
  try {
    const observation = await proof.run(ground, side);
    const { isHarmed, isWhole } = observation;
    const isAsExpected = side === "mistake" ? isHarmed && !isWhole : isWhole && !isHarmed;
    keep = !isAsExpected;
    return { engine, observation, isAsExpected, folder };
  } catch (error) {
    const isLate = limit.aborted && !signal.aborted;
    const late = () => new BatonError("NOT_READY", `not over after ${proof.secondsAtMost} s`);
    throw withEvidence(isLate ? late() : error, name, ground);
  } finally {
    // After a failure somebody may still be writing or waiting.
    over.abort();
    await ground.close(keep && !signal.aborted);
  }
}

/**
 * Takes 5 to 60 s. Nothing is left behind but, where the difference was not seen, the folders it names.
 * @throws BatonError BINARY_MISSING, UNABLE, PORT_BUSY, DISK, PROCESS_DIED, NOT_READY; the signal's reason
 */
export async function prove(proof: Proof, options: ProveOptions): Promise<Proved> {
  const sinceMs = systemClock.monotonicMs();
  const mistake = await tell(proof, "mistake", options);
  const fix = await tell(proof, "fix", options);
  const unexpected = [mistake, fix].filter(({ isAsExpected }) => !isAsExpected);
  return {
    rule: proof.rule,
    engine: mistake.engine,
    isShown: unexpected.length === 0,
    mistake: mistake.observation,
    fix: fix.observation,
    seconds: secondsSince(sinceMs),
    kept: unexpected.map(({ folder }) => folder),
  };
}
