// Promises of the topology: nothing overlaps, no line runs through a box, every word fits, whatever the
// cluster.
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { groupAnswer } from "../wire/events.fixture.ts";
import { type GroupStatus, readGroup } from "../wire/group.ts";
import { type Box, type Grid, gridFor } from "./grid.ts";
import { pathOf, type Point, routeOf } from "./lines.ts";
import { describePicture, pictureOf } from "./picture.ts";
import { Topology } from "./topology.tsx";

const noZones: ReadonlyMap<string, string> = new Map();

/** A cluster with so many nodes, Sentinels and targets in so many zones; node 0 is the primary. */
function cluster(nodes: number, zones: number): GroupStatus {
  const place = (index: number) => ({ address: `10.0.${index}.1`, port: 6379 });
  const many = <T,>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, i) => make(i));
  return readGroup({
    ...groupAnswer,
    route: { kind: "primary", host: "host-0", ...place(0), epoch: 3, confirmed: true },
    nodes: many(nodes, (index) => ({
      id: `host-${index}`,
      host: `host-${index}`,
      zone: `zone-${index % zones}`,
      ...place(index),
      role: index === 0 ? "primary" : "replica",
      link: index === 0 ? null : "connected",
      // The last one hangs on another replica.
      of: index === 0 ? null : index === nodes - 1 ? "10.0.1.1:6379" : "10.0.0.1:6379",
      lagBytes: index * 1000,
      reason: null,
    })),
    sentinels: many(Math.min(nodes, 9), (index) => ({
      id: `host-${index}`,
      address: `10.0.${index}.1`,
      port: 26_379,
      state: "heard",
      primary: place(index === 1 ? 2 : 0),
      epoch: 3,
      flags: ["master"],
      tilt: false,
      reason: null,
    })),
    targets: many(nodes, (index) => ({
      name: `target-${index % 3}`,
      host: `host-${index}`,
      reach: index % 3 === 0 ? "shared" : "host",
      ok: index !== 4,
      sentence: `file leads to 10.0.${index === 4 ? 1 : 0}.1:6379`,
    })),
  });
}

const sizes = [3, 4, 5, 6, 7, 9, 12, 15, 20, 25, 30];
const cases = sizes.flatMap((nodes) =>
  [1, 2, 3, 5, 8].flatMap((zones) =>
    [334, 780, 1100].map((widthPx) => [nodes, zones, widthPx] as const),
  ),
);

const isApart = (a: Box, b: Box) =>
  a.xPx + a.widthPx <= b.xPx ||
  b.xPx + b.widthPx <= a.xPx ||
  a.yPx + a.heightPx <= b.yPx ||
  b.yPx + b.heightPx <= a.yPx;

/** Whether a line between two corners, which is upright or level, runs through the inside of a box. */
function isThrough(one: Point, other: Point, box: Box): boolean {
  const [left, right] = [Math.min(one.xPx, other.xPx), Math.max(one.xPx, other.xPx)];
  const [top, bottom] = [Math.min(one.yPx, other.yPx), Math.max(one.yPx, other.yPx)];
  const inside = 0.5;
  return (
    right > box.xPx + inside &&
    left < box.xPx + box.widthPx - inside &&
    bottom > box.yPx + inside &&
    top < box.yPx + box.heightPx - inside
  );
}

function laidOut(group: GroupStatus, widthPx: number) {
  const picture = pictureOf(group, noZones);
  return { picture, grid: gridFor(picture.items, widthPx) };
}

test.each(cases)(
  "%i nodes in %i zones at %i px: no box overlaps another or leaves the drawing",
  (...at) => {
    const [nodes, zones, widthPx] = at;
    const { picture, grid } = laidOut(cluster(nodes, zones), widthPx);
    const boxes = [...grid.boxes.values()];
    expect(boxes).toHaveLength(picture.items.length);
    expect(grid.widthPx).toBeGreaterThanOrEqual(Math.floor(widthPx) - zones);
    for (const [index, box] of boxes.entries()) {
      expect(box.xPx).toBeGreaterThanOrEqual(0);
      expect(box.xPx + box.widthPx).toBeLessThanOrEqual(grid.widthPx);
      expect(box.yPx + box.heightPx).toBeLessThanOrEqual(grid.heightPx);
      for (const other of boxes.slice(index + 1))
        expect(isApart(box, other), `${box.key} and ${other.key}`).toBe(true);
    }
  },
);

function crossings(grid: Grid, group: GroupStatus): readonly string[] {
  return pictureOf(group, noZones).lines.flatMap((line) => {
    const points = routeOf(grid, line) ?? [];
    return points.slice(1).flatMap((point, index) => {
      const before = points[index] ?? point;
      const hit = [...grid.boxes.values()].filter((box) => isThrough(before, point, box));
      return hit.map((box) => `${line.kind} ${line.from} to ${line.to} through ${box.key}`);
    });
  });
}

test.each(cases)(
  "%i nodes in %i zones at %i px: no line runs through a box",
  (nodes, zones, widthPx) => {
    const group = cluster(nodes, zones);
    const { picture, grid } = laidOut(group, widthPx);
    const drawn = picture.lines.map((line) => routeOf(grid, line));
    expect(drawn.length).toBeGreaterThan(nodes);
    expect(drawn).not.toContain(undefined);
    for (const points of drawn.flatMap((one) => one ?? [])) {
      expect(points.xPx).toBeGreaterThanOrEqual(0);
      expect(points.xPx).toBeLessThanOrEqual(grid.widthPx);
    }
    expect(crossings(grid, group)).toEqual([]);
  },
);

test("a node keeps its place when the primary changes", () => {
  const before = cluster(5, 3);
  const after = readGroup({
    ...structuredClone(before),
    nodes: before.nodes.map((node, index) => ({ ...node, role: index === 3 ? "primary" : "replica" })),
  });
  const places = (group: GroupStatus) => [...laidOut(group, 780).grid.boxes.values()];
  expect(places(after)).toEqual(places(before));
});

test("says of each process what it is, and draws odd what is odd", () => {
  const { captions, lines } = pictureOf(readGroup(groupAnswer), noZones);
  const words = (key: string) => [captions.get(key)?.look, ...(captions.get(key)?.lines ?? [])];
  expect(words("node h1")).toEqual(["bad", "silent", "connection refused"]);
  expect(words("node h2")).toEqual(["replica", "connected, 1.2 kB behind", "127.41.0.12:6379"]);
  expect(words("node h3")).toEqual(["primary", "takes writes", "127.41.0.13:6379"]);
  expect(words("sentinel h1")).toEqual(["bad", "names h1, not the route", "epoch 6, s_down, TILT"]);
  expect(words("sentinel h3")).toEqual(["bad", "silent", "no answer within 500 ms"]);
  expect(words("target env h1")).toEqual(["bad", "does not follow", "file leads to 127.41.0.11:6379"]);
  const odd = lines.filter(({ isOdd }) => isOdd).map(({ from, to }) => `${from} > ${to}`);
  expect(odd).toEqual(["sentinel h1 > node h1", "target env h1 > node h1"]);
});

test("a second primary, an early route and a routed node that is silent are told apart in words", () => {
  const status = readGroup(groupAnswer);
  const withRole = (host: string, role: string) =>
    status.nodes.map((node) => (node.id === host ? { ...node, role, of: null } : node));
  const lineOf = (group: GroupStatus, key: string) =>
    pictureOf(group, noZones).captions.get(key)?.lines[0];
  expect(lineOf({ ...status, nodes: withRole("h2", "primary") }, "node h2")).toBe("is not the route");
  expect(lineOf({ ...status, nodes: withRole("h3", "unknown") }, "node h3")).toBe(
    "silent, and the route",
  );
  expect(lineOf({ ...status, nodes: withRole("h3", "replica") }, "node h3")).toBe("is the route");
  if (status.route.kind !== "primary") throw new Error("the fixture has a route");
  const early = { ...status, route: { ...status.route, confirmed: false } };
  expect(lineOf(early, "node h3")).toBe("takes writes, early");
});

test("tells people who cannot see it what it shows", () => {
  const group = readGroup(groupAnswer);
  expect(describePicture(group)).toMatch(
    /^Writes go to h3\. 1 of 3 Sentinels name it\. 1 of 2 replicas are connected\. 1 of 2 targets follow\./u,
  );
  const svg = renderToString(<Topology group={group} zones={noZones} widthPx={780} />);
  expect(svg).toContain('role="img" aria-labelledby="topology-title topology-description"');
  expect(svg).not.toMatch(/NaN|undefined|Infinity/u);
});

test("a drawing without anything in it is a drawing all the same", () => {
  const empty = { ...readGroup(groupAnswer), nodes: [], sentinels: [], targets: [] };
  const svg = renderToString(<Topology group={empty} zones={noZones} widthPx={334} />);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/u);
  expect(pathOf([])).toBe("");
});
