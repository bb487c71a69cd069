// Who writes during a round: the same number of plain clients on each of the two routers, each to a list of
// this round only.
import type { GroupPlan } from "../../packages/baton/src/cluster/types.ts";
import { type Ledger, openLedger } from "../../packages/baton/src/drill/ledger.ts";
import type { WorkloadClient } from "../../packages/baton/src/drill/workload/client.ts";
import { openRouterClient } from "../../packages/baton/src/drill/workload/router.ts";
import { startWorkload, type Workload } from "../../packages/baton/src/drill/workload/workload.ts";
import { BatonError } from "../../packages/baton/src/errors.ts";
import type { LabHandle } from "../../packages/baton/src/lab/index.ts";
import type { Clock } from "../../packages/baton/src/sys/clock.ts";
import { CUT_OFF, STAYING } from "./drills.ts";

/** From one write of a client to its next. */
export const PACE_MS = 10;
/** A router says after 5 s that a write was not confirmed: its clients stay to hear that. */
const COMMAND_MS = 7_000;

export interface LoadOptions {
  readonly lab: LabHandle;
  readonly group: GroupPlan;
  readonly clientsOfEachRouter: number;
  /** Stands in the keys: no round ever sees what another has written. */
  readonly round: string;
  readonly clock: Clock;
}

export interface Load {
  readonly ledger: Ledger;
  readonly workload: Workload;
  readonly keyOf: (client: string) => string;
  /** Names of the clients on each of the two routers. */
  readonly staying: readonly string[];
  readonly cutOff: readonly string[];
}

/** @throws BatonError UNABLE for a host that the lab has no router on. */
function openClients({ lab, group, clientsOfEachRouter }: LoadOptions, host: string) {
  const plan = lab.layout.routers.find((one) => one.host === host && one.group === group.name);
  if (plan === undefined) throw new BatonError("UNABLE", `lab ${lab.name}: no router on ${host}`);
  const { address, port } = plan;
  const password = lab.secrets.application;
  return Array.from(
    { length: clientsOfEachRouter },
    (_, index): WorkloadClient =>
      openRouterClient({
        id: `${host}-${index + 1}`,
        address,
        port,
        password,
        commandMs: COMMAND_MS,
      }),
  );
}

/** Writes until the workload is stopped. @throws BatonError UNABLE */
export function startLoad(options: LoadOptions): Load {
  const staying = openClients(options, STAYING);
  const cutOff = openClients(options, CUT_OFF);
  const ledger = openLedger();
  const keyOf = (client: string) => `baton:bench:${options.round}:${client}`;
  const { clock } = options;
  const clients = [...staying, ...cutOff];
  const workload = startWorkload({ clients, ledger, clock, keyOf, paceMs: PACE_MS });
  const namesOf = (some: readonly WorkloadClient[]) => some.map(({ id }) => id);
  return { ledger, workload, keyOf, staying: namesOf(staying), cutOff: namesOf(cutOff) };
}
