// SEN034: a Sentinel that nobody else reaches.
import type { Facts, SentinelInstance } from "../facts.ts";
import type { Draft } from "../finding.ts";
import { sentinelFiles } from "../rule-examples.ts";
import type { Rule } from "../rule.ts";
import { isOneMachine } from "../sentinel-hosts.ts";
import { asksForPassword } from "../sentinel-login.ts";
import { isLoopback, isVersionAtLeast, isYes, sentinelSetting } from "../settings.ts";

function boundToItself(sentinel: SentinelInstance): Draft | undefined {
  const bind = sentinelSetting(sentinel, "bind");
  if (bind === undefined || bind.isUnknown || bind.origin !== "file") return undefined;
  const addresses = bind.words.map(({ text }) => text.replace(/^-/, ""));
  if (addresses.length === 0 || !addresses.every(isLoopback)) return undefined;
  const message = `Sentinel listens at ${bind.text} only; expected the address that other hosts use`;
  return { place: bind.place, message };
}

function refusesOthers(sentinel: SentinelInstance): Draft | undefined {
  const mode = sentinelSetting(sentinel, "protected-mode");
  if (mode === undefined || isYes(mode) !== true || asksForPassword(sentinel) !== false)
    return undefined;
  // Before 7.0 a bind line switched it off.
  const isBound = sentinelSetting(sentinel, "bind")?.origin === "file";
  if (isBound && isVersionAtLeast(sentinel, "7.0") === false) return undefined;
  const since = isBound ? ", which from 7.0 on refuses" : ", which refuses";
  const found = `protected-mode is on without a password${since} everybody but this host`;
  const message = `${found}; expected a password`;
  return { place: mode.place, message };
}

function* drafts(facts: Facts): Iterable<Draft> {
  if (isOneMachine(facts)) return;
  for (const sentinel of facts.sentinels) {
    const draft = boundToItself(sentinel) ?? refusesOthers(sentinel);
    if (draft !== undefined) yield draft;
  }
}

export const sen034: Rule = {
  id: "SEN034",
  title: "Sentinel that other hosts cannot reach",
  severity: "error",
  why:
    "Sentinels ask each other, and clients ask them. One that listens on loopback only, or whose " +
    "protected-mode turns others away, takes part in no election and answers no client. Sentinel " +
    "leaves protected-mode off unless a file switches it on.",
  fix:
    "Bind the host's own address in the private network, set a password or ACL users with " +
    "sentinel-user and sentinel-pass, and close the port to everybody else.",
  evidence:
    "measured for 7.0.15: -DENIED for every source but loopback; the packages of Debian bind 127.0.0.1",
  sees: ["static"],
  bad: {
    about: "The address of the package is still there.",
    files: sentinelFiles({ lines: ["bind 127.0.0.1 -::1"] }),
  },
  good: {
    about: "Loopback, and the host's address.",
    files: sentinelFiles({
      linesOf: { 1: ["bind 127.0.0.1 10.0.0.1"], 2: ["bind 10.0.0.2"], 3: ["bind 10.0.0.3"] },
    }),
  },
  check: drafts,
};
