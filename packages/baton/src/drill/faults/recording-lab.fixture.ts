// A lab that does nothing but write down what is done to it, and what of that has not been undone.
import { layoutOf } from "../../cluster/layout.ts";
import { clusterOrThrow } from "../../cluster/load.ts";
import type { Done, LabHandle } from "../../lab/index.ts";
import { handmadeSecrets } from "../../render/layout.fixture.ts";
import { systemClock } from "../../sys/clock.ts";

export interface RecordingLab {
  readonly lab: LabHandle;
  /** In their order: "kill h1 redis", "cut h1 h2", "heal". */
  readonly deeds: readonly string[];
  /** What is down, frozen, empty, cut or delayed at the moment. */
  readonly broken: ReadonlySet<string>;
}

export function recordingLab(clusterText: string): RecordingLab {
  const cluster = clusterOrThrow(clusterText, "cluster.yml");
  const layout = layoutOf(cluster);
  const deeds: string[] = [];
  const broken = new Set<string>();

  function did(deed: string, change: () => void): Promise<Done> {
    deeds.push(deed);
    change();
    const atMonotonicMs = systemClock.monotonicMs();
    return Promise.resolve({ did: [deed], atMonotonicMs, atWallMs: systemClock.wallMs() });
  }
  const breaks =
    (verb: string, state: string) =>
    async (host: string, process = "redis") =>
      await did(`${verb} ${host} ${process}`, () => broken.add(`${state} ${host} ${process}`));
  const mends =
    (verb: string, state: string) =>
    async (host: string, process = "redis") =>
      await did(`${verb} ${host} ${process}`, () => broken.delete(`${state} ${host} ${process}`));
  const isLink = (what: string) => what.startsWith("cut ") || what.startsWith("delay ");
  const stranger = () => Promise.reject(new Error("no fault asks a lab for this"));

  const lab: LabHandle = {
    name: "recording",
    directory: "recording",
    clusterFile: "recording/cluster.yml",
    redisConfigs: new Map(),
    cluster,
    layout,
    secrets: handmadeSecrets,
    clientTls: undefined,
    wires: true,
    disks: true,
    status: stranger,
    disturbances: stranger,
    kill: breaks("kill", "down"),
    terminate: breaks("terminate", "down"),
    stop: breaks("stop", "frozen"),
    cont: mends("cont", "frozen"),
    start: mends("start", "down"),
    startReplica: (host) => did(`start ${host}`, () => broken.delete(`down ${host} redis`)),
    empty: (host) => did(`empty ${host}`, () => undefined),
    fill: (host) => did(`fill ${host}`, () => broken.add(`full ${host}`)),
    free: (host) => did(`free ${host}`, () => broken.delete(`full ${host}`)),
    cut: (from, to) => did(`cut ${from} ${to}`, () => broken.add(`cut ${from} ${to}`)),
    delay: (from, to) => did(`delay ${from} ${to}`, () => broken.add(`delay ${from} ${to}`)),
    heal: () =>
      did("heal", () => {
        for (const what of [...broken].filter(isLink)) broken.delete(what);
      }),
    down: stranger,
  };
  return { lab, deeds, broken };
}
