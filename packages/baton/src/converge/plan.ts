// From what runs on a host and what its files say to the steps between them, each with its reason. Pure.
import { counted, listed } from "../cluster/text.ts";
import { type DirectiveChange, directiveChanges, parseSettings } from "../node-start/settings.ts";
import {
  type UserChange,
  usersLockedOut,
  usersToAccept,
  usersToForget,
} from "../node-start/settings.ts";
import type { Foreign } from "./foreign.ts";
import { isLive } from "./live-settings.ts";
import type { Job } from "./units.ts";

/** What a process was started with or has been given since, and what its files say now. */
export interface Compared {
  readonly before: string;
  readonly after: string;
  readonly certificatesChanged: boolean;
}

export interface UnitFacts {
  readonly unit: string;
  readonly job: Job;
  readonly isWanted: boolean;
  readonly isActive: boolean;
  readonly isEnabled: boolean;
  /** The program on disk is another than the one that runs. */
  readonly isReplaced: boolean;
  /** Undefined: Baton did not start it, so nobody knows. For Baton's own units it is a word for each. */
  readonly compared: Compared | undefined;
  /** What runs in its place, and Baton did not start it. */
  readonly foreign?: Foreign | undefined;
  /** Nodes and Sentinels, as ADDRESS:PORT, that a Sentinel still counts, and the cluster file does not. */
  readonly strangers: readonly string[];
}

/**
 * In the order in which a deployment goes through all hosts: `accept` new passwords everywhere before anyone
 * uses one; `retire` what is not to run any more; `bootstrap` the first primary of a new group; start what
 * does not run, first Sentinels, then nodes, since nothing that runs is started anew while anybody is
 * missing; then Baton itself, Sentinels and nodes, one host after the other; `forget` old passwords when
 * nobody uses them. Agents and routers come before Sentinels: who still counts Sentinels that have gone has
 * no majority left as soon as one more is started anew, and holds every write. They come before nodes: with
 * them a Sentinel learns in a second what takes it ten without, and a switchover waits for that. Nodes come
 * twice, so that a primary is handed over once, to a node that is done.
 */
export const PHASES = [
  "accept",
  "retire",
  "bootstrap",
  "new_sentinels",
  "new_nodes",
  "agents",
  "sentinels",
  "replicas",
  "primaries",
  "forget",
] as const;
export type Phase = (typeof PHASES)[number];

interface StepBase {
  readonly unit: string;
  readonly job: Job;
  /** A clause. */
  readonly reason: string;
}
export type Step = StepBase &
  (
    | { readonly kind: "stop" | "start" }
    /** In the place of a process that Baton did not start, where there is one. */
    | { readonly kind: "restart"; readonly foreign?: Foreign }
    | { readonly kind: "let-in"; readonly foreign: Foreign }
    | { readonly kind: "accept" | "forget"; readonly users: readonly UserChange[] }
    | {
        readonly kind: "set";
        readonly changes: readonly DirectiveChange[];
        readonly certificates: boolean;
      }
  );

/** The phases in which a step may be done; a node's depends on the role that it has then. */
export function phasesOf({ kind, job }: Step): readonly Phase[] {
  if (kind === "stop") return ["retire"];
  if (kind === "let-in") return ["accept"];
  if (kind === "accept" || kind === "forget") return [kind];
  if (job.kind === "baton") return ["agents"];
  if (kind === "start") return [job.kind === "sentinel" ? "new_sentinels" : "new_nodes"];
  return job.kind === "sentinel" ? ["sentinels"] : ["replicas", "primaries"];
}

/** @returns why nothing may be done at all, as sentences. */
export function obstaclesOf(facts: readonly UnitFacts[]): readonly string[] {
  return facts.flatMap(({ unit, isActive, compared, foreign }) => {
    if (foreign !== undefined && !foreign.isWatched)
      return [
        `${foreign.unit} runs here, where ${unit} is to be, and no Sentinel watches it: if nobody ` +
          `needs it, systemctl disable --now ${foreign.unit}`,
      ];
    if (compared === undefined || !isActive) return [];
    const before = parseSettings(compared.before);
    const locked = usersLockedOut(before, parseSettings(compared.after)).filter(
      (user) => user === "default",
    );
    if (locked.length === 0) return [];
    return [
      `${unit}: the password of applications is another one now, and every application with the old ` +
        "one would be refused: give the old one as `secrets.previousApplication`, deploy, move the " +
        "applications, and then take it out",
    ];
  });
}

export function planOf(facts: readonly UnitFacts[]): readonly Step[] {
  return facts.flatMap((unit) => (unit.isWanted ? stepsFor(unit) : retired(unit)));
}

function retired({ unit, job, isActive, isEnabled }: UnitFacts): readonly Step[] {
  if (!isActive && !isEnabled) return [];
  return [{ kind: "stop", unit, job, reason: "the cluster file does not want it here any more" }];
}

function stepsFor(facts: UnitFacts): readonly Step[] {
  const { unit, job, isActive, isEnabled, isReplaced, compared, strangers, foreign } = facts;
  const step = (kind: "start" | "restart", reason: string): readonly Step[] => [
    { kind, unit, job, reason },
  ];
  if (foreign !== undefined) {
    const base = { unit, job, foreign, reason: `${foreign.unit} runs, and Baton did not start it` };
    return [
      { kind: "let-in", ...base },
      { kind: "restart", ...base },
    ];
  }
  if (!isActive) return step("start", "it does not run");
  const whys = [
    ...(isEnabled ? [] : ["a boot would not start it"]),
    ...(isReplaced ? ["its program has been replaced"] : []),
    ...(strangers.length > 0 ? [`it still counts ${listed(strangers)}, not in the cluster file`] : []),
    ...(compared === undefined ? ["nobody knows what it was started with"] : []),
  ];
  if (compared === undefined) return step("restart", listed(whys));
  const changed = job.kind === "baton" ? inputsChanged(compared) : changesOf(facts, compared);
  const all = [...whys, ...changed.whys];
  return [
    ...changed.steps.filter(({ kind }) => kind !== "set" || all.length === 0),
    ...(all.length === 0 ? [] : step("restart", all.join("; "))),
  ];
}

interface Changed {
  /** Why it has to be started anew. */
  readonly whys: readonly string[];
  readonly steps: readonly Step[];
}

const inputsChanged = ({ before, after }: Compared): Changed => ({
  whys: before === after ? [] : ["what it reads at its start has changed"],
  steps: [],
});

function changesOf({ unit, job }: UnitFacts, compared: Compared): Changed {
  const before = parseSettings(compared.before);
  const after = parseSettings(compared.after);
  const directives = directiveChanges(before, after);
  const fixed = job.kind === "sentinel" ? directives : directives.filter((one) => !isLive(one));
  const live = directives.filter((one) => !fixed.includes(one));
  const certificates = compared.certificatesChanged;
  const names = (changes: readonly DirectiveChange[]): string => listed(changes.map(({ name }) => name));
  const whys = [
    ...(fixed.length > 0 && job.kind === "sentinel" ? ["its settings are other ones now"] : []),
    ...(fixed.length > 0 && job.kind === "node"
      ? [`${names(fixed)} can only be changed by a start`]
      : []),
    ...(certificates && job.kind === "sentinel" ? ["its certificate is another one"] : []),
  ];
  const accepted = usersToAccept(before, after);
  const forgotten = usersToForget(before, after);
  const users = (changes: readonly UserChange[]): string =>
    `${counted(changes.length, "user")}: ${listed(changes.map(({ name }) => name))}`;
  const isSet = live.length > 0 || (certificates && job.kind === "node");
  return {
    whys,
    steps: [
      ...(accepted.length === 0
        ? []
        : [{ kind: "accept", unit, job, users: accepted, reason: users(accepted) } as const]),
      ...(isSet
        ? [
            {
              kind: "set",
              unit,
              job,
              changes: live,
              certificates,
              reason: listed([
                ...live.map(({ name }) => name),
                ...(certificates ? ["the certificate"] : []),
              ]),
            } as const,
          ]
        : []),
      ...(forgotten.length === 0
        ? []
        : [{ kind: "forget", unit, job, users: forgotten, reason: users(forgotten) } as const]),
    ],
  };
}
