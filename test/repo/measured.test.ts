// What is published in docs/measured keeps the promises that are made of it: a figure that breaks one is no
// figure to publish, but a defect.
import { describe, expect, test } from "vitest";
import { CLIENTS, ENGINE_FAULTS } from "../../bench/clients/asked.ts";
import type { MeasuredClient } from "../../bench/clients/measured.ts";
import { measured } from "./reference.ts";

const isDefault = ({ kind }: MeasuredClient) => kind.endsWith("-default");

describe.each(["clients", "engines"])("docs/measured/%s.json", (name) => {
  const { drills, failures, durability } = measured(name);
  const own = drills.flatMap(({ fault, engine, clients }) =>
    clients
      .filter((client) => client.way !== "hard-coded" && !isDefault(client))
      .map((client) => ({ fault, engine, ...client })),
  );

  test("every drill took place, with every recipe and every default", () => {
    expect(failures).toEqual([]);
    for (const { fault, engine, clients } of drills)
      expect(
        clients.map(({ kind }) => kind),
        `${fault} on ${engine}`,
      ).toEqual(expect.arrayContaining(["router", ...CLIENTS]));
  });

  test("no recipe is ever stuck, and none writes anything twice", () => {
    expect(own.filter(({ stuck, awayMs }) => stuck !== false || awayMs === null)).toEqual([]);
    expect(own.filter(({ duplicated }) => duplicated > 0)).toEqual([]);
  });

  test("a planned switchover loses nothing, for whoever keeps the contract", () => {
    expect(own.filter(({ fault, lost }) => fault === "switchover" && lost > 0)).toEqual([]);
  });

  test("through the router nothing is lost in any fault: its durability is replicated", () => {
    expect(durability).toBe("replicated");
    expect(own.filter(({ way, lost }) => way === "router" && lost > 0)).toEqual([]);
  });
});

test("at least twelve faults are measured for clients, and the rows of the engines for each engine", () => {
  expect(new Set(measured("clients").drills.map(({ fault }) => fault)).size).toBeGreaterThanOrEqual(12);
  const engines = measured("engines").drills;
  for (const family of ["redis 7.0", "redis 8.0", "valkey 8.1", "valkey 9.1"]) {
    const own = engines.filter(({ engine }) => engine.toLowerCase().startsWith(family));
    expect([...new Set(own.map(({ fault }) => fault))].sort(), family).toEqual(
      [...ENGINE_FAULTS].sort(),
    );
  }
});
