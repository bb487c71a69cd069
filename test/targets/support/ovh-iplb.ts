// Agents with a copy of OVHcloud's IP load balancer between them, for the tests of what is staged and live.
import { afterEach } from "vitest";
import {
  IPLB_FARM,
  IPLB_SERVICE,
  openFakeIplb,
  type OpenIplb,
} from "../../../packages/baton/src/targets/fakes/ovh-iplb.fixture.ts";
import { ovhIplb } from "../../../packages/baton/src/targets/kinds/ovh-iplb.ts";
import {
  TEST_SECRET,
  testNodes,
  testSurroundings,
} from "../../../packages/baton/src/targets/surroundings.fixture.ts";
import type { Change, Proof, Target } from "../../../packages/baton/src/targets/target.ts";

export const iplbEndpoints = testNodes.map(({ endpoint }) => endpoint);
export const iplbSettings = (base: string, more: Readonly<Record<string, unknown>> = {}) => ({
  endpoint: `${base}/1.0`,
  service: IPLB_SERVICE,
  farm: IPLB_FARM,
  checkEvery: "1s",
  turn: "300ms",
  timeout: "9s",
  ...more,
});

export interface IplbScene extends OpenIplb {
  agent(settings?: Readonly<Record<string, unknown>>): Promise<Target>;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Closed after the test; throws then for whatever was against OVHcloud's document. */
export async function openIplbScene(): Promise<IplbScene> {
  const fake = await openFakeIplb(iplbEndpoints, TEST_SECRET);
  closers.push(() => fake.close());
  return {
    ...fake,
    async agent(settings = {}) {
      const own = ovhIplb.settings.parse(iplbSettings(fake.base, settings));
      const target = await ovhIplb.open(own, testSurroundings());
      closers.push(async () => await target.close?.());
      return target;
    },
  };
}

export const soon = () => AbortSignal.timeout(20_000);
export const to = (host: number, epoch: number, role: Change["role"] = "leader"): Change => {
  const endpoint = { address: `10.9.0.${host}`, port: 6379 };
  return { group: "main", endpoint, epoch, from: undefined, role };
};
export const problems = (proofs: readonly Proof[] | undefined): readonly string[] =>
  (proofs ?? []).flatMap(({ verdict, sentence }) => (verdict === "problem" ? [sentence] : []));
