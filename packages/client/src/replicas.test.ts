import { expect, test } from "vitest";
import { chooseReplica, usableReplicas } from "./replicas.ts";

const row = (ip: string, flags: string, link: string) =>
  Object.entries({ name: "x", ip, port: "6379", flags, "master-link-status": link }).flat();

test("a replica is read from when its Sentinel sees it, and it is attached", () => {
  const rows = [
    row("192.0.2.1", "slave", "ok"),
    row("192.0.2.2", "s_down,slave,disconnected", "err"),
    row("192.0.2.3", "slave", "err"),
    row("192.0.2.4", "slave,disconnected", "ok"),
  ];
  expect(usableReplicas(rows)).toEqual([{ host: "192.0.2.1", port: 6379 }]);
  expect(usableReplicas(undefined)).toEqual([]);
  expect(usableReplicas({ error: "ERR No such master with that name" })).toEqual([]);
});

test("the one that is held is kept while it is usable, and the primary is never one", () => {
  const [one, two] = [
    { host: "192.0.2.1", port: 6379 },
    { host: "192.0.2.2", port: 6379 },
  ];
  expect(chooseReplica([one, two], { held: two, primary: undefined })).toBe(two);
  expect(chooseReplica([one], { held: two, primary: undefined })).toBe(one);
  expect(chooseReplica([one, two], { held: one, primary: one })).toBe(two);
  expect(chooseReplica([one], { held: undefined, primary: one })).toBeUndefined();
  const drawn = [0, 0.99].map((at) =>
    chooseReplica([one, two], { held: undefined, primary: undefined }, () => at),
  );
  expect(drawn).toEqual([one, two]);
});
