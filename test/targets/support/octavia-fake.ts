// The copy of Octavia and targets of one test, closed behind it.
import { afterEach } from "vitest";
import {
  type FakeOctavia,
  openFakeOctavia,
} from "../../../packages/baton/src/targets/fakes/octavia.fixture.ts";
import { ovhOctavia } from "../../../packages/baton/src/targets/kinds/ovh-octavia.ts";
import {
  testNodes,
  testSurroundings,
} from "../../../packages/baton/src/targets/surroundings.fixture.ts";
import type { Change, KnownNode, Proof, Target } from "../../../packages/baton/src/targets/target.ts";

let opened: FakeOctavia | undefined;
let targets: Target[] = [];

/** At the top of the file. */
export function useFakeOctavia(): void {
  afterEach(async () => {
    for (const target of targets) await target.close?.();
    targets = [];
    await opened?.close();
    opened = undefined;
  });
}

export async function openFake(): Promise<FakeOctavia> {
  opened = await openFakeOctavia();
  return opened;
}

export async function openTarget(
  fake: FakeOctavia,
  more: Readonly<Record<string, unknown>> = {},
  nodes: readonly KnownNode[] = testNodes,
): Promise<Target> {
  const settings = ovhOctavia.settings.parse({ ...fake.settingsOf(fake.api.base), ...more });
  const target = await ovhOctavia.open(settings, testSurroundings({ nodes }));
  targets.push(target);
  return target;
}

export const change = (host: number, epoch: number): Change => ({
  group: "main",
  endpoint: { address: `10.9.0.${host}`, port: 6379 },
  epoch,
  from: undefined,
  role: "leader",
});

export const soon = () => AbortSignal.timeout(10_000);

/** Requests that change something; a login does not. */
export const writesOf = ({ api }: FakeOctavia): readonly string[] =>
  api.requests.filter((one) => !one.startsWith("GET ") && !one.includes("/auth/tokens"));

export const proofsOf = async (target: Target): Promise<readonly Proof[]> =>
  (await target.prove?.(soon())) ?? [];
