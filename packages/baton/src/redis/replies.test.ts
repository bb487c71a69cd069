import { expect, test } from "vitest";
import { asInteger, Fields, parseInfo, parseRole } from "./replies.ts";

test("reads what a primary says about itself, with the replicas that are online for it", () => {
  expect(parseRole(["master", 3129659, [["10.0.0.2", "6379", "3129242"]]])).toEqual({
    kind: "primary",
    offsetBytes: 3129659,
    replicas: [{ address: "10.0.0.2", port: 6379, offsetBytes: 3129242 }],
  });
});

test("reads what a replica says, also one that has never synced", () => {
  expect(parseRole(["slave", "10.0.0.1", 6379, "connect", -1])).toEqual({
    kind: "replica",
    of: { address: "10.0.0.1", port: 6379 },
    link: "connect",
    offsetBytes: -1,
  });
});

test("refuses a role it does not know, and says what it found", () => {
  expect(() => parseRole(["sentinel", ["main"]])).toThrow(
    'expected the role master or slave, found "sentinel"',
  );
  expect(() => parseRole("OK")).toThrow("expected ROLE's list");
  expect(() => parseRole(["master", "much", []])).toThrow("expected ROLE's offset");
});

test("reads Sentinel's flat lists, and names the field that is missing or strange", () => {
  const fields = new Fields(["ip", "10.0.0.1", "port", "6379", "flags", ""], "SENTINEL MASTER");
  expect([fields.text("ip"), fields.integer("port"), fields.text("flags")]).toEqual([
    "10.0.0.1",
    6379,
    "",
  ]);
  expect(() => fields.integer("ip")).toThrow('expected an integer in ip, found "10.0.0.1"');
  expect(() => fields.text("quorum")).toThrow("expected the field quorum, found nothing");
});

test("takes nothing for a number that is none", () => {
  for (const reply of [null, "", "1.5", "x", {}, undefined])
    expect(() => asInteger(reply, "n")).toThrow("expected n");
});

test("reads INFO's lines and leaves out its headings", () => {
  const info = parseInfo("# Sentinel\r\nsentinel_tilt:0\r\nmaster0:name=main,status=ok\r\n");
  expect([...info]).toEqual([
    ["sentinel_tilt", "0"],
    ["master0", "name=main,status=ok"],
  ]);
});
