// What a host is told, word by word: whoever runs a drill on hosts that serve wants to know.
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import {
  armLines,
  cureScript,
  deedLines,
  deedScript,
  type HostDeed,
  lookScript,
  seenIn,
} from "./scripts.ts";

const UNITS = ["redis-server@main.service", "redis-sentinel.service"];
const [REDIS = ""] = UNITS;
const FOLDER = "/run/systemd/system/redis-server@main.service.d";

const deeds: readonly HostDeed[] = [
  { kind: "kill", units: UNITS },
  { kind: "terminate", units: UNITS },
  { kind: "stop", units: UNITS },
  { kind: "cont", units: UNITS },
  { kind: "start", units: UNITS },
  { kind: "cut", rules: ["add rule inet baton_drill input ip saddr 10.0.0.2 drop"] },
  { kind: "heal" },
];

test("what is killed is held down first, until the next start of the machine at the latest", () => {
  expect(deedLines({ kind: "kill", units: [REDIS] })).toEqual([
    `mkdir -p ${FOLDER}`,
    `printf '%s\\n' '[Unit]' 'ConditionPathExists=/nonexistent' '[Service]' 'Restart=no' ` +
      `> ${FOLDER}/zz-baton-drill.conf`,
    "systemctl daemon-reload",
    "systemctl kill --signal=SIGKILL redis-server@main.service",
    "echo baton-drill-done",
  ]);
});

test("links are cut in one step, in a table of their own", () => {
  const lines = deedLines({ kind: "cut", rules: ["add rule inet baton_drill input tcp dport 1 drop"] });
  expect(lines).toEqual([
    "nft -f - <<'END'",
    "table inet baton_drill {",
    "  chain input { type filter hook input priority -20; policy accept; }",
    "  chain output { type filter hook output priority -20; policy accept; }",
    "}",
    "add rule inet baton_drill input tcp dport 1 drop",
    "END",
    "echo baton-drill-done",
  ]);
});

test("the switch is armed before anything is broken, cures everything, and is armed once", () => {
  const lines = deedScript(armLines(UNITS, 95), { kind: "stop", units: [REDIS] }).split("\n");
  const end = lines.indexOf("fi");
  const arm = lines.slice(2, end + 1).join("\n");
  expect(lines[0]).toBe("set -e");
  expect(lines[end + 1]).toBe("systemctl kill --signal=SIGSTOP redis-server@main.service");
  expect(arm).toMatch(/^if ! systemctl is-active --quiet baton-drill-cure.timer; then\n/);
  // A reload of systemd reads a transient unit again: only plain words come through that unharmed.
  expect(arm).toMatch(/\nsystemd-run [\w=. -]+ --on-active=95s [\w=. -]+ [\w/.-]+ [\w/.-]+\nfi$/);
  for (const word of ["rm -f ", "daemon-reload", "nft delete table", "SIGCONT", "start --no-block"])
    expect(arm).toContain(word);
  expect(cureScript(UNITS)).toContain("systemctl stop baton-drill-cure.timer");
});

test("a shell takes every script as it is", () => {
  const arm = armLines(UNITS, 60);
  const scripts = [lookScript(UNITS), cureScript(UNITS), ...deeds.map((deed) => deedScript(arm, deed))];
  for (const input of scripts) {
    const { status, stderr } = spawnSync("sh", ["-n"], { input, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  }
});

test("a unit that is not one of Baton's names is not let into a script", () => {
  for (const unit of ["x; reboot", "redis-server@$(id).service", "a'b.service", "../x.service"])
    expect(() => deedLines({ kind: "kill", units: [unit] }), unit).toThrow("no unit of Baton's");
});

test("a look tells what is missing, what is down and what was left", () => {
  const said = [
    "user 1000",
    "systemd",
    "unit redis-server@main.service failed",
    "unit redis-sentinel.service active",
    "left table inet baton_drill",
    "baton-drill-done",
    "",
  ].join("\n");
  expect(seenIn(said)).toEqual({
    isRoot: false,
    hasSystemd: true,
    hasNft: false,
    down: ["redis-server@main.service is failed"],
    left: ["table inet baton_drill"],
  });
});
