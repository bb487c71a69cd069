import { expect, test } from "vitest";
import { decide } from "./decide.ts";
import { follows, input, isPrimary, says } from "./world.fixture.ts";

const views = [says("h1", "h1", 4), says("h2", "h1", 4), says("h3", "h1", 4)];
const messageOf = (link: string, primary: string) => {
  const nodes = [isPrimary("h1", ["h2"]), follows("h2", "h1"), { ...follows("h3", primary), link }];
  const { problems } = decide(input(views, nodes));
  return problems.find(({ code }) => code === "replica-not-in-sync")?.message;
};

test.each([
  ["connect", "h1", "the replica h3 follows 10.0.0.1:6379, not connected"],
  ["handshake", "h1", "the replica h3 follows 10.0.0.1:6379, connecting"],
  ["sync", "h1", "the replica h3 follows 10.0.0.1:6379, full copy under way"],
  ["connected", "h2", "the replica h3 follows 10.0.0.2:6379 instead of 10.0.0.1:6379"],
  ["connect", "h2", "the replica h3 follows 10.0.0.2:6379 instead of 10.0.0.1:6379, not connected"],
])("a replica with the link %s to %s: %s", (link, primary, message) => {
  expect(messageOf(link, primary)).toBe(message);
});
