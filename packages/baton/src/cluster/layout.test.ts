import { describe, expect, test } from "vitest";
import { layoutOf } from "./layout.ts";
import { clusterOrThrow } from "./load.ts";

const cluster = clusterOrThrow(
  `hosts:
  - { name: h1, address: 10.0.0.1, zone: a }
  - { name: h2, address: 10.0.0.2, zone: b }
  - { name: h3, address: 10.0.0.3, zone: c, runs: [redis, sentinel] }
  - { name: app, address: 10.0.0.9, zone: a, runs: [router] }
groups: [{ name: main, primary: h2 }]
`,
  "x.yml",
);

const twoGroups = clusterOrThrow(
  `hosts:
  - { name: h1, address: 10.0.0.1, runs: [redis, sentinel, router] }
  - { name: h2, address: 10.0.0.2 }
  - { name: h3, address: 10.0.0.3 }
groups:
  - { name: cart, port: 7001, routerPort: 7101 }
  - { name: stock, port: 7002, routerPort: 7102, hosts: [h3, h2, h1] }
`,
  "x.yml",
);

describe("the layout of one group", () => {
  const layout = layoutOf(cluster);

  test("calls each node by its host, at the host's address", () => {
    expect(layout.groups).toMatchObject([
      {
        name: "main",
        nodes: [
          { id: "h1", host: "h1", zone: "a", address: "10.0.0.1", port: 6379 },
          { id: "h2", host: "h2", zone: "b", address: "10.0.0.2", port: 6379 },
          { id: "h3", host: "h3", zone: "c", address: "10.0.0.3", port: 6379 },
        ],
        firstPrimary: { id: "h2" },
        timings: { downAfterMs: { value: 3800 }, quorum: { value: 2 } },
      },
    ]);
  });

  test("plans a Sentinel where one runs", () => {
    expect(layout.sentinels).toEqual([
      { id: "h1", zone: "a", address: "10.0.0.1", port: 26_379 },
      { id: "h2", zone: "b", address: "10.0.0.2", port: 26_379 },
      { id: "h3", zone: "c", address: "10.0.0.3", port: 26_379 },
    ]);
  });

  test("plans one agent where an agent or a router runs, because one process serves both", () => {
    expect(layout.agents.map(({ id, port }) => [id, port])).toEqual([
      ["h1", 8377],
      ["h2", 8377],
      ["app", 8377],
    ]);
    expect(layout.routers).toEqual([{ host: "app", group: "main", address: "10.0.0.9", port: 6380 }]);
  });
});

describe("the layout of several groups", () => {
  const layout = layoutOf(twoGroups);

  test("calls each node by its host and group, in the order of the file", () => {
    expect(layout.groups.map(({ nodes }) => nodes.map(({ id, port }) => `${id} ${port}`))).toEqual([
      ["h1:cart 7001", "h2:cart 7001", "h3:cart 7001"],
      ["h3:stock 7002", "h2:stock 7002", "h1:stock 7002"],
    ]);
    expect(layout.groups.map(({ firstPrimary }) => firstPrimary.id)).toEqual(["h1:cart", "h3:stock"]);
  });

  test("plans a router for every group on every router host", () => {
    expect(layout.routers).toEqual([
      { host: "h1", group: "cart", address: "10.0.0.1", port: 7101 },
      { host: "h1", group: "stock", address: "10.0.0.1", port: 7102 },
    ]);
  });
});

test("a cluster that no loader would have let through is a bug, and said to be one", () => {
  const [group] = cluster.groups;
  if (group === undefined) throw new Error("the cluster has a group");
  const wrong = [
    { ...cluster, groups: [{ ...group, hosts: ["h1", "nowhere"] }] },
    { ...cluster, groups: [{ ...group, firstPrimary: "app" }] },
    { ...cluster, objectives: { ...cluster.objectives, rtoMs: 1 } },
  ];
  for (const broken of wrong) expect(() => layoutOf(broken)).toThrow("invariant broken");
});

describe("an agent's HTTP", () => {
  const httpAddresses = (text: string) => {
    return layoutOf(clusterOrThrow(text, "x.yml")).agents.map(({ httpAddress }) => httpAddress);
  };
  const hosts = (prefix: string) =>
    `hosts: [${["1", "2", "3"].map((n) => `{ name: h${n}, address: ${prefix}${n} }`).join(", ")}]\n`;

  test("listens for its own host only, unless the cluster file says otherwise", () => {
    expect(httpAddresses(hosts("10.0.0."))).toEqual(["127.0.0.1", "127.0.0.1", "127.0.0.1"]);
    expect(httpAddresses(`${hosts("10.0.0.")}agent: { listen: host }\n`)).toEqual([
      "10.0.0.1",
      "10.0.0.2",
      "10.0.0.3",
    ]);
  });

  test("is reached at the host's address where that is a loopback one, as in the lab", () => {
    expect(httpAddresses(hosts("127.0.10."))).toEqual(["127.0.10.1", "127.0.10.2", "127.0.10.3"]);
  });
});
