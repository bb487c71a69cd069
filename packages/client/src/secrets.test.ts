import { expect, test } from "vitest";
import { withoutSecrets } from "./secrets.ts";

test("a password is not repeated, wherever it stands, nor are arguments that a server repeats", () => {
  expect(withoutSecrets("no user tulip, tulip!", ["tulip", undefined, ""])).toBe("no user ***, ***!");
  const repeated = "ERR unknown command 'AUTH', with args beginning with: 'tul' 'ip' ";
  expect(withoutSecrets(repeated, ["tulip"])).toBe("ERR unknown command 'AUTH'");
});
