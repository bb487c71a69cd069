// Promises of the events: whoever subscribes hears them, whatever the garbage collector did before.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, expect, test } from "vitest";
import { publish } from "./channels.ts";

const events: unknown[] = [];
const heard = (event: unknown): void => void events.push(event);
afterEach(() => unsubscribe("redis-baton:unclear", heard));

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
const finalizersHaveRun = () => new Promise((resolve) => setTimeout(resolve, 50));

test("an event reaches who subscribed right after nobody had", async () => {
  publish("redis-baton:unclear", { client: "shop", reason: "nobody hears it" });
  // What was made in this round of the event loop is not collected before its end.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  subscribe("redis-baton:unclear", heard);
  await finalizersHaveRun();
  publish("redis-baton:unclear", { client: "shop", reason: "no two agree" });
  expect(events).toEqual([{ client: "shop", reason: "no two agree" }]);
});
