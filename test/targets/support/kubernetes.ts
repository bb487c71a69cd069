// What the tests of the target for Kubernetes share: an API server of ours for each test, and targets of it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type FakeKubernetes,
  type FakeSlice,
  type FakeVerb,
  openFakeKubernetes,
  waysOf,
} from "../../../packages/baton/src/targets/fakes/kubernetes.fixture.ts";
import { endpointSlice } from "../../../packages/baton/src/targets/kinds/kubernetes-endpointslice.ts";
import {
  TEST_SECRET,
  testSurroundings,
} from "../../../packages/baton/src/targets/surroundings.fixture.ts";
import type { Change, Target } from "../../../packages/baton/src/targets/target.ts";

export const NAME = "redis-baton";
export const LEAST: readonly FakeVerb[] = ["get", "update", "create"];
export const ALL: readonly FakeVerb[] = [...LEAST, "list", "get services"];
export const COMMON = { namespace: "shop", service: "redis", token: { env: "ANY" } };
export const change: Change = {
  group: "main",
  endpoint: { address: "10.9.0.2", port: 6379 },
  epoch: 7,
  from: undefined,
  role: "leader",
};

export const within = (ms = 5_000): AbortSignal => AbortSignal.timeout(ms);

/** A question about rights is a POST, too. */
export const isWrite = ({ method, path }: { readonly method: string; readonly path: string }): boolean =>
  method !== "GET" && !path.endsWith("/selfsubjectaccessreviews");

/** Where clients are led. */
export function shownBy(fake: FakeKubernetes): string | undefined {
  const slice = fake.sliceOf(NAME);
  return slice && waysOf(slice).join(" and ");
}

export interface KubernetesStage {
  readonly fake: FakeKubernetes;
  /** Of its own, empty. */
  readonly folder: string;
  open(
    more?: Readonly<Record<string, unknown>>,
    surroundings?: ReturnType<typeof testSurroundings>,
  ): Promise<Target>;
  slice(): FakeSlice;
  close(): Promise<void>;
}

export async function openKubernetesStage(): Promise<KubernetesStage> {
  const fake = await openFakeKubernetes();
  fake.state.tokens.set(TEST_SECRET, ALL);
  const folder = await mkdtemp(join(tmpdir(), "baton-kubernetes-"));
  const targets: Target[] = [];
  return {
    fake,
    folder,
    async open(more = {}, surroundings = testSurroundings()) {
      const asked = { ...COMMON, server: fake.api.base, ...more };
      const own = endpointSlice.settings.parse(asked);
      const target = await endpointSlice.open(own, surroundings);
      targets.push(target);
      return target;
    },
    slice() {
      const slice = fake.sliceOf(NAME);
      if (slice === undefined) throw new Error("there is no slice");
      return slice;
    },
    async close() {
      for (const target of targets) await target.close?.();
      await fake.api.close();
      await rm(folder, { recursive: true });
    },
  };
}

export const sentences = async (target: Target): Promise<readonly string[]> =>
  (await target.prove?.(within()))?.map(({ verdict, sentence }) => `${verdict}: ${sentence}`) ?? [];
