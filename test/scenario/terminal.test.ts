// What a person's terminal gets and a pipe does not: colours only where somebody looks.
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { baton, makeHome, removeHome } from "./support/baton.ts";

const smallest = fileURLToPath(new URL("../../examples/smallest.yml", import.meta.url));
let home: string;
beforeEach(async () => {
  home = await makeHome();
});
afterEach(() => removeHome(home));

test("no colours go into a pipe, not even where CI or FORCE_COLOR say that there may be some", async () => {
  const ran = await baton(home, ["explain", "--file", smallest], { CI: "1", FORCE_COLOR: "1" });
  expect(ran.code).toBe(0);
  expect(ran.out).toContain("Cluster smallest");
  expect(ran.out).not.toContain("\u001b");
});
