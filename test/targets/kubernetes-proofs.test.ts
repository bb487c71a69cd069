// What the target for Kubernetes finds out before it is needed, and what its settings refuse.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { endpointSlice } from "../../packages/baton/src/targets/kinds/kubernetes-endpointslice.ts";
import { TEST_SECRET } from "../../packages/baton/src/targets/surroundings.fixture.ts";
import {
  change,
  type KubernetesStage,
  LEAST,
  openKubernetesStage,
  sentences,
  within,
} from "./support/kubernetes.ts";

describe("the target for Kubernetes proves", () => {
  let stage: KubernetesStage;
  beforeEach(async () => {
    stage = await openKubernetesStage();
  });
  afterEach(() => stage.close());

  test("rights, the slice, the Service and that no other slice leads anywhere", async () => {
    const target = await stage.open();
    await target.write(change, within());
    expect(await sentences(target)).toEqual([
      "right: the token may get, update and create EndpointSlice shop/redis-baton",
      "right: EndpointSlice redis-baton: 10.9.0.2, port 6379, of redis, epoch 7",
      "right: Service shop/redis has the port and no selector",
      "right: no other slice of Service redis leads anywhere",
    ]);
  });

  test("what the least rights let it see, and names verbs that lack", async () => {
    stage.fake.state.tokens.set(TEST_SECRET, LEAST);
    expect(await sentences(await stage.open())).toEqual([
      "right: the token may get, update and create EndpointSlice shop/redis-baton",
      "right: EndpointSlice redis-baton: is not there yet: the first write makes it",
      "unknown: the token may not get services, so that was not looked at",
      "unknown: the token may not list endpointslices, so that was not looked at",
    ]);
    stage.fake.state.tokens.set(TEST_SECRET, ["get"]);
    expect((await sentences(await stage.open()))[0]).toBe(
      "problem: the token may not update, create EndpointSlice shop/redis-baton: " +
        "add the verbs to its Role",
    );
  });

  test("that clients would go elsewhere: a selector, another port, another slice", async () => {
    const target = await stage.open();
    await target.write(change, within());
    stage.fake.state.service = { spec: { selector: { app: "redis" }, ports: [{ port: 6379 }] } };
    expect(await sentences(target)).toContainEqual(expect.stringMatching(/^problem: .*has a selector/));
    stage.fake.state.service = { spec: { ports: [{ name: "redis", port: 6379 }] } };
    expect(await sentences(target)).toContainEqual(
      'problem: Service shop/redis has no port "", only redis: set portName',
    );
    stage.fake.state.service = { spec: { type: "ExternalName" } };
    expect(await sentences(target)).toContainEqual(expect.stringMatching(/^problem: .*ExternalName/));
    stage.fake.state.service = undefined;
    expect(await sentences(target)).toContainEqual(
      expect.stringMatching(/^problem: Service redis: .*services "redis" not found/),
    );
    stage.fake.put({ ...stage.slice(), metadata: { ...stage.slice().metadata, name: "redis-by-hand" } });
    expect(await sentences(target)).toContain(
      "problem: clients of redis are also led to slice redis-by-hand: remove it",
    );
  });

  test("once, and not four times, that the token is not known", async () => {
    stage.fake.state.tokens.clear();
    expect(await sentences(await stage.open())).toEqual([
      "problem: the API server: Kubernetes: 401 Unauthorized: Unauthorized",
    ]);
  });
});

test("settings for Kubernetes refuse a token in the clear, and names that are none", () => {
  const parse = (more: object) =>
    endpointSlice.settings.safeParse({ namespace: "shop", service: "redis", ...more });
  expect(parse({}).data).toMatchObject({
    server: "https://kubernetes.default.svc",
    portName: "",
    token: { kind: "env", name: "KUBERNETES_TOKEN" },
  });
  expect(parse({ server: "http://10.0.0.1:8080" }).success).toBe(false);
  expect(parse({ namespace: "a/b" }).success).toBe(false);
  expect(parse({ service: "Redis" }).success).toBe(false);
  expect(parse({ slice: "../x" }).success).toBe(false);
  expect(parse({ slice: "redis.primary" }).success).toBe(true);
});
