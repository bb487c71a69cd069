// How files of sysctl are read.
import { expect, test } from "vitest";
import { parseSysctl } from "./sysctl.ts";

function settingsOf(text: string): readonly string[] {
  const { settings } = parseSysctl({ path: "sysctl.conf", text });
  return settings.map(({ name, value: { text: value, place, isUnknown } }) =>
    [name, value, `${String(place.line)}:${String(place.column)}`, isUnknown ? "unknown" : ""]
      .join(" ")
      .trim(),
  );
}

test("takes a setting from each line, with the place of its value", () => {
  expect(settingsOf("vm.overcommit_memory = 1\r\n-net/core/somaxconn=1024\n")).toEqual([
    "vm.overcommit_memory 1 1:24",
    "net.core.somaxconn 1024 2:21",
  ]);
});

test("passes over comments and lines that set nothing", () => {
  expect(
    settingsOf("# vm.swappiness = 1\n; vm.swappiness = 1\n\nvm.swappiness\n=1\n{% if x = 1 %}\n"),
  ).toEqual([]);
});

test("leaves a placeholder unknown", () => {
  expect(settingsOf("net.core.somaxconn = {{ backlog }}\n")).toEqual([
    "net.core.somaxconn {{ backlog }} 1:22 unknown",
  ]);
});
