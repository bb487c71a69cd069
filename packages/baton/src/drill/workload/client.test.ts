import { expect, test } from "vitest";
import { outcomeOf } from "./client.ts";

const reply = (message: string) => Object.assign(new Error(message), { name: "ReplyError" });

test("calls a write failed only when it certainly was not executed", () => {
  expect(outcomeOf(reply("READONLY You can't write against a read only replica."))).toEqual({
    kind: "failed",
    error: "READONLY",
  });
  const unconfirmed = "NOREPLICAS baton: written, and not confirmed, outcome unknown: 0 of 2 have it";
  expect(outcomeOf(reply(unconfirmed))).toEqual({ kind: "unknown", error: "NOREPLICAS" });
  expect(outcomeOf(new Error("Stream isn't writeable and enableOfflineQueue options is false"))).toEqual(
    {
      kind: "failed",
      error: "not-connected",
    },
  );
});

test("calls everything else unknown: a lost connection says nothing about the write", () => {
  expect(outcomeOf(new Error("Connection is closed."))).toEqual({
    kind: "unknown",
    error: "connection-closed",
  });
  expect(outcomeOf(new Error("Command timed out"))).toEqual({ kind: "unknown", error: "timeout" });
  expect(outcomeOf(Object.assign(new Error("read"), { code: "ECONNRESET" }))).toEqual({
    kind: "unknown",
    error: "ECONNRESET",
  });
  expect(outcomeOf("strange")).toEqual({ kind: "unknown", error: "strange" });
});
