// A home of its own for each test of a file, and the proof that nothing is left of what was started there.
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, expect } from "vitest";
import { baton, makeHome, removeHome } from "./baton.ts";
import { keepEvidence } from "./evidence.ts";
import { processesNaming } from "./leftovers.ts";

/** `begin` is told the home before each test. */
export function useOwnHome(begin: (home: string) => void): void {
  let home: string;
  beforeEach(async () => {
    home = await makeHome();
    begin(home);
  });
  afterEach(async (context) => {
    keepEvidence(context, home);
    await baton(home, ["lab", "down"]);
    expect(processesNaming(home)).toEqual(new Map());
    expect(await readFile("/proc/self/mounts", "utf8")).not.toContain(home);
    await removeHome(home);
  });
}
