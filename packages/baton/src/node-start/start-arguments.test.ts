import { expect, test } from "vitest";
import { startArguments } from "./node-start.ts";

const replica = {
  kind: "replica-of",
  primary: { address: "10.0.0.2", port: 6379 },
  reason: "the Sentinels name h2",
} as const;

test("a role is what overrides the node's own file", () => {
  expect(startArguments(replica)).toBe("--replicaof 10.0.0.2 6379");
  expect(startArguments({ kind: "primary", reason: "alone" })).toBe("--replicaof no one");
});

test("with replicated writes a replica comes up so that nobody promotes it before it has caught up", () => {
  const words = startArguments(replica, { isReplicated: true });
  expect(words).toBe("--replicaof 10.0.0.2 6379 --replica-priority 0");
});
