import fc from "fast-check";
import { expect, test } from "vitest";
import { clusterOrThrow } from "../cluster/load.ts";
import { draftOf } from "./draft.ts";
import type { Seen } from "./seen.ts";
import { seenWith } from "./seen.fixture.ts";

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const draft = (seen: Seen) => draftOf({ seen, logins: { sentinel: false, redis: true } });

test("whatever processes answer, the file loads and every character of it can be printed", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom(
      "\n- x: 1",
      "a\r\nsecrets: {}",
      "'\"}\u2028# ",
      "&a *a !!js",
      "\u001b[2J",
      "-5",
      "1e9",
    ),
  );
  fc.assert(
    fc.property(hostile, hostile, hostile, (one, two, three) => {
      const made = draft(
        seenWith({
          settings: { "notify-keyspace-events": one, maxmemory: two, dir: three, [three]: one },
          users: ["default", two],
          master: () => ({ quorum: one, "notification-script": two, "failover-timeout": three }),
        }),
      );
      const sentences =
        made.kind === "file" ? [...made.lost, ...made.checks, ...made.changed] : made.reasons;
      for (const sentence of sentences) expect(sentence).not.toMatch(UNPRINTABLE);
      if (made.kind === "refused") return;
      expect(made.text.replaceAll("\n", "")).not.toMatch(UNPRINTABLE);
      const { secrets, redisSettings, hosts } = clusterOrThrow(made.text, "x");
      expect(secrets.agent).toEqual({ kind: "env", name: "BATON_AGENT_PASSWORD" });
      expect(hosts).toHaveLength(3);
      expect(redisSettings["maxmemory"] ?? two).toBe(two);
    }),
    { numRuns: 40 },
  );
});

test("refuses names of groups and hosts that are no names, in printable sentences", () => {
  const hostile = fc.string({ unit: "binary", maxLength: 60 });
  fc.assert(
    fc.property(hostile, hostile, (name, address) => {
      const made = draft(
        seenWith({ groups: [{ name, port: 6379 }], addresses: [address, "10.0.0.2", "10.0.0.3"] }),
      );
      const words = made.kind === "file" ? [made.text.replaceAll("\n", "")] : made.reasons;
      for (const text of words) expect(text).not.toMatch(UNPRINTABLE);
      if (made.kind === "file") expect(() => clusterOrThrow(made.text, "x")).not.toThrow();
    }),
    { numRuns: 40 },
  );
});
