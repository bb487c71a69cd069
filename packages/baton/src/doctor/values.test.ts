import { expect, test } from "vitest";
import { bytesOf, secondsOf, systemdBytesOf, versionNumbers } from "./values.ts";

test.each([
  ["1", 1],
  ["1k", 1000],
  ["1KB", 1024],
  ["64mb", 64 * 1024 ** 2],
  ["2g", 2e9],
  ["", undefined],
  ["1 mb", undefined],
  ["-1", undefined],
  ["{{ x }}", undefined],
])("Redis takes %j for %s bytes", (text, expected) => {
  expect(bytesOf(text)).toBe(expected);
});

test.each([
  ["512", 512],
  ["1K", 1024],
  ["1.5G", 1.5 * 1024 ** 3],
  ["infinity", Number.POSITIVE_INFINITY],
  ["80%", undefined],
])("systemd takes %j for %s bytes", (text, expected) => {
  expect(systemdBytesOf(text)).toBe(expected);
});

test.each([
  ["60", 60],
  ["100ms", 0.1],
  ["1min 30s", 90],
  ["1h30", 3630],
  ["infinity", Number.POSITIVE_INFINITY],
  ["5 s # why", undefined],
  ["soon", undefined],
  ["", undefined],
])("%j is %s seconds", (text, expected) => {
  expect(secondsOf(text)).toBe(expected);
});

test.each([
  ["7.0", [7, 0, 0]],
  ["6.2.14-alpine", [6, 2, 14]],
  ["5:7.0.15-1~deb12u1", [7, 0, 15]],
  ["v8", [8, 0, 0]],
  ["latest", undefined],
])("%j is version %j", (text, expected) => {
  expect(versionNumbers(text)).toEqual(expected);
});
