// What an agent listens to on nodes: the less, the more groups there are.
import { expect, test } from "vitest";
import { WAKE_CHANNEL } from "../cluster/shared-keys.ts";
import { nodeChannels } from "./events.ts";

test("hellos are heard while they are few, and other Baton processes always", () => {
  expect(nodeChannels(63)).toEqual(["__sentinel__:hello", WAKE_CHANNEL]);
  expect(nodeChannels(64)).toEqual([WAKE_CHANNEL]);
});
