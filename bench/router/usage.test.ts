import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { parseMemory, parseStat, readUsage } from "./usage.ts";

test("reads parent and processor time behind a name with blanks and parentheses", () => {
  const stat = "77 (node (a b) c) S 5 77 77 0 -1 4194304 900 0 0 0 150 50 7 9 20 0 11 0 123 1 1";
  expect(parseStat(stat)).toEqual({ parent: 5, cpuMicros: 2_000_000 });
});

test("reads resident memory and its peak, and nothing of a zombie", () => {
  const status = "Name:\tnode\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
  expect(parseMemory(status)).toEqual({ rssBytes: 1_048_576, peakBytes: 2_097_152 });
  expect(parseMemory("Name:\tnode\nState:\tZ (zombie)\n")).toEqual({ rssBytes: 0, peakBytes: 0 });
});

test("counts the children of a process with it", async () => {
  const family = "const { spawn } = require('node:child_process'); const child = spawn('cat'); ";
  const program = `${family} child.once('spawn', () => process.stdout.write('x')); process.stdin.resume();`;
  const parent = spawn(process.execPath, [
    "-e",
    `${program} process.stdin.on('end', () => child.kill());`,
  ]);
  await once(parent.stdout, "data");
  const usage = readUsage(parent.pid ?? 0);
  const alone = readUsage(process.pid);
  parent.stdin.end();
  await once(parent, "exit");
  expect(usage.rssBytes).toBeGreaterThan(20e6);
  expect(usage.peakBytes).toBeGreaterThanOrEqual(usage.rssBytes);
  expect(alone.rssBytes).toBeGreaterThan(usage.rssBytes);
  expect(() => readUsage(parent.pid ?? 0)).toThrow(/has ended, and was to be measured/);
});
