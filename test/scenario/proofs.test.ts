// Every proof of `baton doctor --prove` on real processes: the harm with the mistake, none with its fix.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { BatonError } from "../../packages/baton/src/errors.ts";
import type { Ground } from "../../packages/baton/src/proof/ground.ts";
import type { Proof } from "../../packages/baton/src/proof/proof.ts";
import { proofs } from "../../packages/baton/src/proof/proofs/index.ts";
import { prove } from "../../packages/baton/src/proof/prove.ts";
import { prepareStage } from "../../packages/baton/src/proof/stage.ts";
import { startWriter } from "../../packages/baton/src/proof/writer.ts";
import { missing, seen, waitFor } from "../../packages/baton/src/sys/wait.ts";
import { baton, makeHome, removeHome, startBaton } from "./support/baton.ts";
import { processesNaming } from "./support/leftovers.ts";

// A proof is six processes that mostly wait, for one another and for a deadline.
vi.setConfig({ maxConcurrency: 3 });

let home: string;
const kept = () => join(home, "proofs");

beforeAll(async () => {
  home = await makeHome();
});
afterAll(async () => {
  expect(processesNaming(home)).toEqual(new Map());
  // A proof leaves its configurations and logs when it failed, and names the folder.
  if (existsSync(kept())) process.stderr.write(`the proofs that failed are kept in ${kept()}\n`);
  else await removeHome(home);
});

describe.concurrent("the harm is there with the mistake, and not with its fix:", () => {
  for (const proof of proofs) {
    test(`${proof.rule}, ${proof.sides.mistake}`, async () => {
      const proved = await prove(proof, {
        environment: { ...process.env, BATON_HOME: home },
        signal: AbortSignal.timeout(170_000),
        onProgress: () => undefined,
      });
      expect(proved).toMatchObject({ isShown: true });
    });
  }
});

test("a proof whose sides do not differ is not shown, and what it ran on is kept and named", async () => {
  const home = await makeHome();
  const same: Proof = {
    rule: "SAME",
    says: "Nobody makes a mistake.",
    sides: { mistake: "none", fix: "none" },
    secondsAtMost: 10,
    run: async (ground) => {
      const { primary } = await prepareStage(ground, {});
      await primary.start();
      return { isHarmed: false, isWhole: true, says: "nothing happened", figures: {} };
    },
  };
  const environment = { ...process.env, BATON_HOME: home };
  const signal = AbortSignal.timeout(60_000);
  const proved = await prove(same, { environment, signal, onProgress: () => undefined });
  expect(proved.isShown).toBe(false);
  expect(proved.kept).toEqual([expect.stringContaining("SAME-mistake")]);
  const log = join(proved.kept[0] ?? "", "h1", "log");
  expect(await readFile(log, "utf8")).toContain("Ready to accept connections");
  expect(processesNaming(home)).toEqual(new Map());
  await removeHome(home);
});

test("a proof that fails in the middle ends whoever is at work for it, and names its folder", async () => {
  const home = await makeHome();
  const grounds: Ground[] = [];
  const failing: Proof = {
    rule: "FAILS",
    says: "Something comes in between.",
    sides: { mistake: "one", fix: "another" },
    secondsAtMost: 30,
    run: async (ground) => {
      grounds.push(ground);
      const { primary } = await prepareStage(ground, {});
      await primary.start();
      await startWriter(primary).untilMore(1);
      throw new BatonError("NOT_READY", "the world is not as expected");
    },
  };
  const environment = { ...process.env, BATON_HOME: home };
  const signal = AbortSignal.timeout(60_000);
  await expect(prove(failing, { environment, signal, onProgress: () => undefined })).rejects.toThrow(
    /^FAILS-mistake: the world is not as expected; its configurations and logs are kept in /,
  );
  // The writer would go on until the end of its time.
  expect(grounds.map((ground) => ground.signal.aborted)).toEqual([true]);
  expect(processesNaming(home)).toEqual(new Map());
  await removeHome(home);
});

describe("baton doctor --prove", () => {
  /** The quickest: nobody has to be waited for in vain. */
  const QUICK = "RED006";

  test("shows both sides with what was measured, and leaves nothing behind", async () => {
    const ran = await baton(home, ["doctor", "--prove", QUICK, "--format", "json"]);
    expect([ran.code, ran.err]).toEqual([0, expect.stringContaining("with it: starting")]);
    const { proof } = JSON.parse(ran.out) as { proof: unknown };
    expect(proof).toMatchObject({
      rule: QUICK,
      isShown: true,
      mistake: { figures: { keysBefore: 1500, keysAfter: 0 } },
      fix: { figures: { keysBefore: 1500, keysAfter: 1500 } },
    });
    expect(processesNaming(home)).toEqual(new Map());
  });

  test("ends everything when it is interrupted, and when it is killed itself", async () => {
    const home = await makeHome();
    for (const signal of ["SIGINT", "SIGKILL"] as const) {
      const running = startBaton(home, ["doctor", "--prove", QUICK]);
      const look = () => {
        const line = "starting the Sentinels";
        return running.err().includes(line) ? seen(undefined) : missing(`${line} in ${running.err()}`);
      };
      await waitFor("the proof to be under way", look, { withinMs: 30_000 });
      running.child.kill(signal);
      const { code } = await running.done;
      expect(code).toBe(signal === "SIGINT" ? 130 : null);
      const gone = () => {
        const left = [...processesNaming(home).values()];
        return left.length === 0 ? seen(undefined) : missing(`the end of ${left.join("; ")}`);
      };
      await waitFor("all its processes to be gone", gone, { withinMs: 5_000 });
      // Nobody can tidy up after SIGKILL; what is left is files.
      expect(existsSync(join(home, "proofs"))).toBe(signal === "SIGKILL");
    }
    await removeHome(home);
  });

  test("lists what can be shown, and names it for a rule that has no proof", async () => {
    const listed = await baton(home, ["doctor", "--prove"]);
    expect(listed.out.split("\n").map((line) => line.split(" ")[0])).toEqual([
      ...proofs.map(({ rule }) => rule),
      "",
    ]);
    const refused = await baton(home, ["doctor", "--prove", "SEN005"]);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("no proof of SEN005")]);
  });
});
