// What `baton top` refuses before it draws anything.
import { expect, test } from "vitest";
import type { Context } from "./command.ts";
import { systemClock } from "../sys/clock.ts";
import { agentUrl, top } from "./top.ts";

const context = (more: Partial<Context["terminal"]> = {}): Context => ({
  terminal: {
    isInteractive: false,
    colour: false,
    columns: 80,
    out: () => undefined,
    note: () => undefined,
    outBacklogBytes: () => 0,
    ...more,
  },
  clock: systemClock,
  environment: {},
  signal: new AbortController().signal,
});
const openScreen = (): never => {
  throw new Error("it must not draw");
};

test("without a terminal it says what prints the same for a program", async () => {
  await expect(top.run({}, context())).rejects.toMatchObject({
    code: "USAGE",
    message: expect.stringContaining("`baton status --json`"),
  });
});

test("two answers to the question whom to ask are refused, before anything is drawn", async () => {
  const given = { from: "http://10.0.0.11:8377", file: "cluster.yml" };
  await expect(top.run(given, context({ openScreen }))).rejects.toMatchObject({ code: "USAGE" });
  const unknown = { file: "/nonexistent/cluster.yml" };
  await expect(top.run(unknown, context({ openScreen }))).rejects.toMatchObject({
    code: "CLUSTER_FILE",
  });
});

test.each([
  ["http://10.0.0.11:8377", "http://10.0.0.11:8377"],
  ["http://10.0.0.11:8377/", "http://10.0.0.11:8377"],
  ["http://[fd00::1]:8377/status", "http://[fd00::1]:8377"],
  ["https://agents.example.org/h1/", "https://agents.example.org/h1"],
])("%s is an agent", (asked, url) => {
  expect(agentUrl(asked)).toBe(url);
});

test.each(["10.0.0.11:8377", "file:///etc/passwd", "", "http://"])("%j is none", (asked) => {
  expect(() => agentUrl(asked)).toThrow(/expected the URL of an agent/);
});

test("a password in the URL is refused, and not repeated", () => {
  expect(() => agentUrl("http://me:s3cret@10.0.0.11:8377")).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("s3cret") }),
  );
});
