// Ordinary clients in four languages that know one address, while the primary moves twice.
import { expect, test } from "vitest";
import { openDoor } from "../../packages/baton/src/redis/door.ts";
import { findClaim } from "../clients/audit.ts";
import { startFleet } from "../clients/fleet.ts";
import { clientKinds } from "../clients/kinds.ts";
import { baton } from "./support/baton.ts";
import { nodesOf, resultOf, routerOf, theHome, theLab, useOneLab, whole } from "./support/switchover.ts";

useOneLab();

test("two switchovers under ordinary clients of every kind lose no acknowledged write", async () => {
  await whole(10_000);
  const password = theLab().secrets.application;
  const fleet = startFleet({ ...routerOf(), password, unpipelined: 10, pipelined: 5 });
  try {
    await fleet.untilAllWrite();
    for (const wanted of ["first", "second"]) {
      const ran = await baton(theHome(), ["switchover", "--json"]);
      expect(resultOf(ran.out).outcome, `the ${wanted}: ${ran.err}`).toBe("done");
      await whole(10_000);
    }
  } finally {
    await fleet.stop();
  }
  const primary = await whole(10_000);
  const { address = "", port = 0 } = nodesOf().find(({ id }) => id === primary) ?? {};
  const door = openDoor({ address, port, password, commandMs: 5_000 });
  const claims = fleet.takeClaims();
  const lost: Record<string, number> = {};
  for (const [{ kind }, claim] of claims) {
    lost[kind] = (lost[kind] ?? 0) + (await findClaim(claim, door)).lost;
  }
  for (const { kind, connections, acknowledged, errors, closed, longestGapMs } of fleet.tallies) {
    const told = `${acknowledged} writes, ${errors} errors, ${closed} closed, gap ${longestGapMs} ms`;
    process.stderr.write(`fleet: ${connections} of ${kind}: ${told}\n`);
  }
  expect(lost).toEqual(Object.fromEntries(clientKinds.map(({ id }) => [id, 0])));
  // And it would be seen: a write that is taken away is missed.
  const [, some] = claims.find(([, { event }]) => event === "acknowledged") ?? [];
  if (some?.event !== "acknowledged") throw new Error("nobody was told OK");
  await door.call(["DEL", `${some.prefix}${some.first}`]);
  expect(await findClaim(some, door)).toEqual({ lost: 1, repeated: 0 });
  door.close();
});
