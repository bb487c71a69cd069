import { expect, test } from "vitest";
import type { Decision } from "../decide/types.ts";
import { assertStillPrimary } from "../fence/still-agreed.ts";
import { BatonError } from "../errors.ts";
import type { Door } from "../redis/door.ts";
import { act, type Hands } from "./act.ts";

const at = (last: number) => ({ address: `10.0.0.${last}`, port: 6379 });
const unused = () => expect.fail("not part of a fence");

/** Answers ROLE, and takes down whatever else it is sent. */
function nodeThat(role: readonly unknown[], last: number) {
  const sent: string[] = [];
  const refuse = () => Promise.reject(new BatonError("UNREACHABLE", "not of this test"));
  const door: Door = {
    ...at(last),
    call: ([name]) => (name === "ROLE" ? Promise.resolve(role) : refuse()),
    batch: (commands) => {
      sent.push(...commands.map((words) => words.join(" ")));
      return refuse();
    },
    close: () => undefined,
  };
  return { door, sent };
}

const primaryRole = ["master", 100, []] as const;
const replicaRole = ["slave", "10.0.0.1", 6379, "connected", 100] as const;

function handsWith(old: Door, promoted: Door): Hands {
  return {
    setRoute: unused,
    setConfirmations: unused,
    holdClients: unused,
    releaseClients: unused,
    assertStillAgreed: unused,
    assertStillPrimary: () => assertStillPrimary(promoted, "h2"),
    node: () => old,
    sentinel: unused,
  };
}

const byHandover: Decision = {
  kind: "fence",
  node: "h1",
  to: at(2),
  epoch: 7,
  by: "handover",
  reason: "h1 hands over to h2, which is primary already, and did not stop",
};

test("nobody is fenced for a node that Sentinel has turned back since it was promoted", async () => {
  const old = nodeThat(primaryRole, 1);
  const promoted = nodeThat(replicaRole, 2);
  await expect(act(byHandover, handsWith(old.door, promoted.door))).rejects.toThrow(
    "h2 is no primary any more: nobody is fenced for it",
  );
  expect(old.sent).toEqual([]);
});

test("the old primary of a handover is fenced while the new one says that it is primary", async () => {
  const old = nodeThat(primaryRole, 1);
  const promoted = nodeThat(primaryRole, 2);
  await expect(act(byHandover, handsWith(old.door, promoted.door))).rejects.toThrow("not of this test");
  expect(old.sent).toContain("REPLICAOF 10.0.0.2 6379");
});
