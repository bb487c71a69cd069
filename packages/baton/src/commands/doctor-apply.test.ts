import { expect, test } from "vitest";
import { diagnose } from "../doctor/diagnose.ts";
import { clusterWith } from "../doctor/live/live.fixture.ts";
import { rules } from "../doctor/rules/index.ts";
import { systemClock } from "../sys/clock.ts";
import type { Context } from "./command.ts";
import { applyFixes } from "./doctor-apply.ts";

test("says before it changes anything whom it cannot change", async () => {
  const live = clusterWith({
    everySentinel: { primary: { quorum: "3" } },
    nodes: { 3: { silence: "no answer in time" } },
  });
  const sources = { files: [], live };
  const said: string[] = [];
  const terminal = {
    isInteractive: false,
    colour: false,
    columns: 100,
    out: (line: string) => void said.push(line),
    note: () => undefined,
    outBacklogBytes: () => 0,
  };
  const signal = new AbortController().signal;
  const context: Context = { terminal, clock: systemClock, environment: {}, signal };
  const access = { sentinelLogin: {}, redisLogin: {}, tls: undefined, tlsFlags: [] };
  const kept = { onDisk: [], notes: [], incomplete: [], roots: [], looked: 0 };
  const material = { sources, access, ...kept };
  const { findings } = diagnose(sources, { rules });
  expect(await applyFixes(findings, material, context, true)).toBe(false);
  expect(said[0]).toBe("apply: would run 3 commands, each proved by asking again");
  expect(said.at(-1)).toBe("left as they are, as they said nothing: 10.0.0.3:6379");
});
