// The promises of a shared target, kept by the one for Kubernetes against a copy of ours that follows the
// documentation; no API server can be had here.
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeCertificates } from "../../packages/baton/src/lab/certificates.ts";
import { place } from "../../packages/baton/src/targets/bench.fixture.ts";
import { sharedConformance } from "../../packages/baton/src/targets/conformance-shared.fixture.ts";
import { openHttpDoor } from "../../packages/baton/src/targets/fakes/door.fixture.ts";
import {
  type FakeSlice,
  openFakeKubernetes,
} from "../../packages/baton/src/targets/fakes/kubernetes.fixture.ts";
import { endpointSlice } from "../../packages/baton/src/targets/kinds/kubernetes-endpointslice.ts";
import type { SharedSubject } from "../../packages/baton/src/targets/shared-stage.fixture.ts";
import { TEST_SECRET, testSurroundings } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import {
  ALL,
  change,
  COMMON,
  isWrite,
  type KubernetesStage,
  LEAST,
  NAME,
  openKubernetesStage,
  shownBy,
  within,
} from "./support/kubernetes.ts";
import { openTlsFront } from "./support/tls-front.ts";

async function openKubernetesPlace(): Promise<SharedSubject> {
  const fake = await openFakeKubernetes();
  fake.state.tokens.set(TEST_SECRET, ALL);
  return {
    openDoor: () =>
      openHttpDoor({
        upstream: fake.api.base,
        isWrite,
        settingsOf: (server) => ({ ...COMMON, server, timeout: "2s", checkEvery: "1s" }),
      }),
    shown: () => new Promise((resolve) => setImmediate(() => resolve(shownBy(fake)))),
    history: () => Promise.resolve(fake.history),
    meddle(host) {
      const [address = ""] = place(host).split(":");
      const slice = fake.sliceOf(NAME);
      if (slice !== undefined) fake.put({ ...slice, endpoints: [{ addresses: [address] }] });
      return Promise.resolve();
    },
    revoke: () => Promise.resolve(void fake.state.tokens.delete(TEST_SECRET)),
    restore: () => Promise.resolve(void fake.state.tokens.set(TEST_SECRET, ALL)),
    close: () => fake.api.close(),
  };
}

sharedConformance(endpointSlice, { hasCredentials: true }, openKubernetesPlace);

describe("the target for Kubernetes", () => {
  let stage: KubernetesStage;
  beforeEach(async () => {
    stage = await openKubernetesStage();
  });
  afterEach(() => stage.close());

  test("makes the slice that a Service without selector needs", async () => {
    const target = await stage.open();
    expect(await target.read?.(within())).toBeUndefined();
    await target.write(change, within());
    const { resourceVersion, ...metadata } = stage.slice().metadata;
    expect(resourceVersion).toMatch(/^\d+$/);
    expect({ ...stage.slice(), metadata }).toEqual({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        name: NAME,
        namespace: "shop",
        labels: {
          "kubernetes.io/service-name": "redis",
          "endpointslice.kubernetes.io/managed-by": "redis-baton",
        },
        annotations: { "redis-baton/epoch": "7", "redis-baton/group": "main" },
      },
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.9.0.2"], conditions: { ready: true } }],
      ports: [{ name: "", protocol: "TCP", port: 6379 }],
    });
  });

  test("keeps labels, annotations, owners and other ports of a slice", async () => {
    const target = await stage.open();
    await target.write(change, within());
    const ownerReferences = [{ apiVersion: "v1", kind: "Service", name: "redis", uid: "u-1" }];
    const { metadata, ports } = stage.slice();
    stage.fake.put({
      ...stage.slice(),
      metadata: {
        ...metadata,
        ownerReferences,
        labels: { ...metadata.labels, team: "shop" },
        annotations: { ...metadata.annotations, note: "do not touch" },
      },
      ports: [{ name: "metrics", port: 9121 }, { ...ports[0], appProtocol: "redis" } as object],
    });
    const endpoint = { address: "10.9.0.3", port: 6380 };
    await target.write({ ...change, endpoint, epoch: 8 }, within());
    expect(stage.slice()).toMatchObject({
      metadata: {
        ownerReferences,
        labels: { team: "shop", "kubernetes.io/service-name": "redis" },
        annotations: { note: "do not touch", "redis-baton/epoch": "8" },
      },
      endpoints: [{ addresses: ["10.9.0.3"] }],
      ports: [
        { name: "", port: 6380, appProtocol: "redis" },
        { name: "metrics", port: 9121 },
      ],
    });
  });

  test("never puts without the version that it has seen, and says a conflict in a line", async () => {
    const first = await stage.open();
    await first.write(change, within());
    const settingsOf = (server: string) => ({ server });
    const door = await openHttpDoor({ upstream: stage.fake.api.base, isWrite, settingsOf });
    try {
      const slow = await stage.open(door.settings);
      const held = door.holdWrite(1);
      const writing = slow
        .write({ ...change, epoch: 8 }, within())
        .catch((error: unknown) => String(error));
      await held.reached;
      const endpoint = { address: "10.9.0.3", port: 6379 };
      await first.write({ ...change, endpoint, epoch: 9 }, within());
      await held.release();
      expect(await writing).toMatch(/Kubernetes: 409 Conflict: .*the object has been modified/);
      expect(shownBy(stage.fake)).toBe("10.9.0.3:6379");
      await expect(slow.write({ ...change, epoch: 8 }, within())).rejects.toThrow(
        "holds epoch 9 (10.9.0.3:6379), and 8 is older",
      );
    } finally {
      await door.close();
    }
  });

  test("loses the race to make it without harm", async () => {
    const settingsOf = (server: string) => ({ server });
    const door = await openHttpDoor({ upstream: stage.fake.api.base, isWrite, settingsOf });
    try {
      const slow = await stage.open(door.settings);
      const held = door.holdWrite(1);
      const writing = slow.write(change, within()).catch((error: unknown) => String(error));
      await held.reached;
      const quick = await stage.open();
      await quick.write({ ...change, epoch: 8 }, within());
      await held.release();
      expect(await writing).toMatch(/Kubernetes: 409 AlreadyExists: /);
      expect(await quick.read?.(within())).toMatchObject({ epoch: 8 });
    } finally {
      await door.close();
    }
  });

  test("takes every other content of its own slice for drift", async () => {
    const target = await stage.open();
    await target.write(change, within());
    const good = stage.slice();
    const { metadata } = good;
    const labels = metadata.labels ?? {};
    const bad: readonly Partial<FakeSlice>[] = [
      { endpoints: [] },
      { endpoints: [{ addresses: ["10.9.0.2"] }, { addresses: ["10.9.0.3"] }] },
      { endpoints: [{ addresses: ["10.9.0.2", "10.9.0.3"] }] },
      { endpoints: [{ addresses: ["10.9.0.2"], conditions: { ready: false } }] },
      { ports: [] },
      { ports: [{ name: "redis", port: 6379 }] },
      { metadata: { ...metadata, labels: { ...labels, "kubernetes.io/service-name": "other" } } },
      { metadata: { ...metadata, annotations: { "redis-baton/group": "main" } } },
    ];
    for (const one of bad) {
      stage.fake.put({ ...good, ...one });
      const reading = await target.read?.(within());
      const isSeen = reading?.endpoint.port === 0 || reading?.epoch === -1;
      expect(isSeen, JSON.stringify(one)).toBe(true);
      await target.write(change, within());
      expect(shownBy(stage.fake)).toBe("10.9.0.2:6379");
      expect(await target.read?.(within())).toMatchObject({ endpoint: change.endpoint, epoch: 7 });
    }
  });

  test("leaves a slice alone that somebody else looks after, or that is another group's", async () => {
    const target = await stage.open();
    await target.write(change, within());
    const good = stage.slice();
    const { metadata } = good;
    const manager = { "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io" };
    stage.fake.put({ ...good, metadata: { ...metadata, labels: { ...metadata.labels, ...manager } } });
    const newer = { ...change, epoch: 8 };
    await expect(target.write(newer, within())).rejects.toThrow(
      "EndpointSlice redis-baton is managed by endpointslice-controller.k8s.io; name another slice",
    );
    stage.fake.put({ ...good, metadata: { ...metadata, annotations: { "redis-baton/group": "cart" } } });
    await expect(target.write(newer, within())).rejects.toThrow(/leads to the primary of group cart/);
    expect(stage.fake.history.filter((one) => one !== "10.9.0.2:6379")).toEqual([]);
  });

  test("says that a slice keeps its kind of address, before the server has to", async () => {
    const target = await stage.open();
    await target.write(change, within());
    const endpoint = { address: "fd00::2", port: 6379 };
    await expect(target.write({ ...change, endpoint, epoch: 8 }, within())).rejects.toThrow(
      /is for IPv4, and stays so; remove it, or name another/,
    );
    stage.fake.remove(NAME);
    await target.write({ ...change, endpoint, epoch: 8 }, within());
    expect(stage.slice()).toMatchObject({
      addressType: "IPv6",
      endpoints: [{ addresses: ["fd00::2"] }],
    });
  });

  test("says in the server's own words what it refuses", async () => {
    const target = await stage.open();
    const endpoint = { address: "127.0.0.1", port: 6379 };
    await expect(target.write({ ...change, endpoint }, within())).rejects.toThrow(
      /Kubernetes: 422 Invalid: .*loopback range/,
    );
    stage.fake.state.tokens.set(TEST_SECRET, ["get"]);
    await expect(target.write(change, within())).rejects.toThrow(
      /Kubernetes: 403 Forbidden: .*cannot create/,
    );
    stage.fake.state.tokens.clear();
    await expect(target.read?.(within())).rejects.toThrow("Kubernetes: 401 Unauthorized: Unauthorized");
  });

  test("does not take a server that knows no such path for one without the slice", async () => {
    const elsewhere = await stage.open({ server: `${stage.fake.api.base}/proxied` });
    await expect(elsewhere.read?.(within())).rejects.toThrow(/404: 404 page not found/);
  });

  test("takes a token that was rotated with the next request", async () => {
    const file = join(stage.folder, "token");
    const readSecret = async () => (await readFile(file, "utf8")).trim();
    await writeFile(file, TEST_SECRET);
    const target = await stage.open({ token: { file } }, testSurroundings({ readSecret }));
    await target.write(change, within());
    stage.fake.state.tokens.clear();
    stage.fake.state.tokens.set("the-next-token", LEAST);
    await expect(target.read?.(within())).rejects.toThrow(/401/);
    await writeFile(file, "the-next-token");
    expect(await target.read?.(within())).toMatchObject({ epoch: 7 });
    await writeFile(file, "two\nlines");
    await expect(target.read?.(within())).rejects.toThrow(/the token of target it: found spaces/);
  });

  test("trusts the authority's file and nobody else, also after it was replaced", async () => {
    const own = await makeCertificates(join(stage.folder, "own"), ["127.0.0.1"]);
    const other = await makeCertificates(join(stage.folder, "other"), ["127.0.0.1"]);
    const front = await openTlsFront(stage.fake.api.base, own);
    const authority = join(stage.folder, "ca.crt");
    try {
      await copyFile(own.authority, authority);
      const target = await stage.open({ server: front.base, tls: { authority } });
      await target.write(change, within());
      const unnamed = await stage.open({ server: front.base });
      await expect(unnamed.read?.(within())).rejects.toThrow(/certificate/);
      await front.show(other);
      await expect(target.read?.(within())).rejects.toThrow(/certificate/);
      await copyFile(other.authority, authority);
      expect(await target.read?.(within())).toMatchObject({ epoch: 7 });
    } finally {
      await front.close();
    }
  });
});
