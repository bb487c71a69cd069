// `baton doctor --live` as people meet it: a whole cluster found from one Sentinel or a cluster file,
// and a clear line for whoever does not answer.
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { baton, makeHome, type Ran, removeHome } from "./support/baton.ts";
import { keepEvidence } from "./support/evidence.ts";
import { addressOf, labUp } from "./support/lab.ts";

let home: string;
let lab: Awaited<ReturnType<typeof labUp>>;
beforeEach(async () => {
  home = await makeHome();
  lab = await labUp(home, "--no-wires");
});
afterEach(async (context) => {
  keepEvidence(context, home);
  await baton(home, ["lab", "down"]);
  await removeHome(home);
});

const doctor = (...args: readonly string[]): Promise<Ran> =>
  baton(home, ["doctor", "--live", "--rule", "SEN001", ...args]);

test("finds the whole cluster, and says who is silent and who lets nobody in", async () => {
  const file = ["--file", join(lab.directory, "cluster.yml"), "--format", "json"];
  const whole = await doctor(...file);
  expect(JSON.parse(whole.out)).toMatchObject({
    findings: [],
    checked: { redis: 3, sentinels: 3, groups: 1, incomplete: [] },
  });
  expect(whole.code).toBe(0);

  const sentinel = `${addressOf(lab, "h1")}:26379`;
  const refused = await doctor("--sentinel", sentinel);
  expect([refused.code, refused.out]).toEqual([3, ""]);
  expect(refused.err).toContain(`REFUSED nobody answers: ${sentinel} said nothing: `);

  await baton(home, ["lab", "kill", "h3"]);
  const rest = await doctor(...file);
  expect(JSON.parse(rest.out)).toMatchObject({
    checked: {
      incomplete: expect.arrayContaining([
        expect.stringMatching(`^${addressOf(lab, "h3")}:6379 said nothing: `) as string,
      ]) as string[],
    },
  });
  expect(rest.code).toBe(2);
});
