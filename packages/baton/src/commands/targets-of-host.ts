// What `baton targets check` and `sync` share: the targets of one host, and where they should lead now.
import { dirname, join, resolve } from "node:path";
import type { Layout, SecretReference } from "../cluster/types.ts";
import { decide, nothingRemembered } from "../decide/decide.ts";
import type { Route } from "../decide/types.ts";
import { BatonError, EXIT } from "../errors.ts";
import { openObserver } from "../observe/observer.ts";
import { columnsOf } from "../status/columns.ts";
import { type Checked, checkTarget } from "../targets/check.ts";
import { nodesIn } from "../targets/nodes.ts";
import { type KnownTarget, knownTargets } from "../targets/settings.ts";
import type { Context, Given, OptionSpec } from "./command.ts";
import { openClusterFile } from "./open-cluster.ts";
import { readSecret } from "./secrets.ts";

/** As for the agent of the host. */
export const hostOptions: readonly OptionSpec[] = [
  { flags: "--file <path>", summary: "the cluster file" },
  { flags: "--host <name>", summary: "the host whose targets are meant" },
  { flags: "--state <folder>", summary: "the folder that the agent of the host was given" },
  { flags: "--json", summary: "machine-readable" },
];

export interface TargetsOfHost {
  readonly layout: Layout;
  readonly host: string;
  readonly stateDirectory: string;
  readonly known: readonly KnownTarget[];
  /** By name of the group; looked at once. */
  readonly routes: ReadonlyMap<string, Route>;
  readonly readSecret: (what: string, reference: SecretReference) => Promise<string>;
}

/** Waits for whoever is slow, as `baton status` does. */
const GRACE_MS = 700;

/** @throws BatonError USAGE, CLUSTER_FILE, SECRET */
export async function openTargetsOfHost(given: Given, context: Context): Promise<TargetsOfHost> {
  const { environment, clock } = context;
  const { file, host, state } = given;
  if (typeof file !== "string" || typeof host !== "string") {
    throw new BatonError("USAGE", "the targets of a host need --file and --host");
  }
  const { layout, secrets } = await openClusterFile(file, environment);
  if (!layout.agents.some(({ id }) => id === host))
    throw new BatonError("USAGE", `host ${host} runs neither agent nor router in the cluster file`);
  const routes = new Map<string, Route>();
  for (const group of layout.groups) {
    const observer = openObserver({ layout, group, secrets, clock });
    try {
      const observation = await observer.look(GRACE_MS);
      const nowMs = clock.monotonicMs();
      const input = { layout, group, observation, doubts: [], nowMs, self: undefined };
      routes.set(group.name, decide({ ...input, memory: nothingRemembered }).memory.route);
    } finally {
      observer.close();
    }
  }
  return {
    layout,
    host,
    stateDirectory:
      typeof state === "string"
        ? resolve(state)
        : join(environment["STATE_DIRECTORY"] ?? "/var/lib/baton", layout.cluster.name, host),
    known: knownTargets(layout.cluster.targets).filter(({ plan }) => plan.on.includes(host)),
    routes,
    readSecret: (what, reference) => readSecret(what, reference, dirname(file), environment),
  };
}

/** Only a confirmed route is held against a target. */
export async function checkAll(targets: TargetsOfHost): Promise<readonly Checked[]> {
  const { layout, known, routes, stateDirectory, readSecret: secretOf } = targets;
  return await Promise.all(
    known.map((one) => {
      const route = routes.get(one.plan.group);
      const isKnown = route?.kind === "primary" && route.confirmed;
      const wanted = isKnown ? { endpoint: route.endpoint, epoch: route.epoch } : undefined;
      const nodes = nodesIn(layout.groups)(one.plan.group);
      return checkTarget({ known: one, wanted, stateDirectory, nodes, readSecret: secretOf });
    }),
  );
}

/** @returns the exit code: findings for a target that is not where it should be or cannot be asked. */
export function showChecked(checked: readonly Checked[], given: Given, { terminal }: Context): number {
  if (given["json"] === true) terminal.out(JSON.stringify({ targets: checked }, undefined, 2));
  else if (checked.length === 0) terminal.out("this host serves no target");
  else {
    const rows = checked.flatMap(({ name, kind, group, verdict, sentence, proofs }) => [
      [verdict, name, kind, group, sentence],
      ...proofs.map((proof) => [proof.verdict, name, kind, group, proof.sentence]),
    ]);
    for (const line of columnsOf(rows)) terminal.out(line);
  }
  // What cannot be proved is no finding: some vendors do not tell which rights a key has.
  const isFine = checked.every(({ verdict, proofs }) => {
    return verdict === "right" && proofs.every((proof) => proof.verdict !== "problem");
  });
  return isFine ? EXIT.fine : EXIT.findings;
}
