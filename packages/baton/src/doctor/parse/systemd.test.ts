import { expect, test } from "vitest";
import { parseDropIns, parseUnit, unitOfDropIn, unitValue, unitValues } from "./systemd.ts";

const unit = (text: string) => parseUnit({ path: "etc/redis.service", text });
const shown = (text: string) =>
  unit(text).entries.map(({ section, key, value }) => [section, key, value.text]);

test("reads sections, repeated keys and comments of both kinds", () => {
  const text = "# one\n; two\n[Unit]\nAfter=a\nAfter = b \n[Service]\r\nType=notify\r\n";
  expect(shown(text)).toEqual([
    ["Unit", "After", "a"],
    ["Unit", "After", "b"],
    ["Service", "Type", "notify"],
  ]);
});

test("takes a comment behind a value for a part of the value", () => {
  expect(shown("[Service]\nRestart=always # really")).toEqual([
    ["Service", "Restart", "always # really"],
  ]);
});

test("joins lines that end in a backslash, over comments in between", () => {
  const { entries } = unit(
    "[Service]\nExecStart=/usr/bin/redis-server \\\n# here\n  /etc/redis.conf\nType=exec",
  );
  expect(entries[0]?.value.text.split(/\s+/)).toEqual(["/usr/bin/redis-server", "/etc/redis.conf"]);
  expect(entries[0]?.value.place).toEqual({ file: "etc/redis.service", line: 2, column: 11 });
  expect(entries[1]?.value.place.line).toBe(5);
});

test("lets an empty value take back what was said before", () => {
  expect(shown("[Service]\nExecStart=/a\nExecStart=\nExecStart=/b\nUser=x")).toEqual([
    ["Service", "ExecStart", "/b"],
    ["Service", "User", "x"],
  ]);
});

test("reads drop-ins after the unit, by their file names, wherever they lie", () => {
  const merged = parseUnit({ path: "redis.service", text: "[Service]\nRestartSec=1\nExecPaths=/a" }, [
    { path: "x/redis.service.d/20.conf", text: "[Service]\nRestartSec=20" },
    { path: "y/redis.service.d/10.conf", text: "[Service]\nRestartSec=10\nExecPaths=/b" },
  ]);
  expect(unitValue(merged, "Service", "RestartSec")).toMatchObject({
    text: "20",
    place: { file: "x/redis.service.d/20.conf" },
  });
  expect(unitValues(merged, "Service", "ExecPaths").map(({ text }) => text)).toEqual(["/a", "/b"]);
});

test("names the unit of drop-ins that stand alone", () => {
  const path = "etc/systemd/system/redis-server.service.d/override.conf";
  expect(unitOfDropIn(path)).toBe("redis-server.service");
  expect(unitOfDropIn("etc/redis/conf.d/x.conf")).toBeUndefined();
  expect(parseDropIns([{ path, text: "[Service]\nRestart=no" }])).toMatchObject({
    name: "redis-server.service",
    file: path,
  });
});

test("reports lines that systemd would ignore, and does not know placeholders", () => {
  const { malformed, entries } = unit(
    "Type=x\n[Service]\nnonsense\nUser={{ redis_user }}\n{{ more }}\n",
  );
  expect(malformed.map(({ place }) => place.line)).toEqual([1, 3]);
  expect(entries.map(({ value }) => [value.text, value.isUnknown])).toEqual([
    ["{{ redis_user }}", true],
  ]);
});
