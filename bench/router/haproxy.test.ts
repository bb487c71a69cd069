import { expect, test } from "vitest";
import { haproxyConfiguration } from "./haproxy.ts";
import { exchangeOf } from "./plain-sockets.ts";

const place = { address: "127.104.10.1", port: 16_379 };
const options = { id: "haproxy", listen: place, servers: [place], sessionsMax: 100 };

test("splicing is the only difference between the two that are measured, beside its pipes", () => {
  const [without, spliced] = [false, true].map((splice) =>
    haproxyConfiguration({ ...options, splice }).split("\n"),
  );
  const added = spliced?.filter((line) => !without?.includes(line)).map((line) => line.trim());
  expect(added).toEqual(["maxpipes 512", "option splice-auto"]);
});

test("with a password it asks for the role, without one it asks nothing", () => {
  const checked = haproxyConfiguration({ ...options, splice: false, checkPassword: "pass" });
  expect(checked).toContain('tcp-check send "AUTH pass\\r\\n"');
  expect(checked).toContain("server redis1 127.104.10.1:16379 check\n");
  expect(haproxyConfiguration({ ...options, splice: false })).not.toContain("check");
});

test("a write with WAIT behind it is one request with one answer", () => {
  const { request, reply } = exchangeOf(7, 2);
  expect(String(request)).toBe(
    "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000007\r\n$3\r\nxxx\r\n" +
      "*3\r\n$4\r\nWAIT\r\n$1\r\n2\r\n$4\r\n5000\r\n",
  );
  expect(reply).toBe("+OK\r\n:2\r\n");
  expect(exchangeOf(7, 0).reply).toBe("+OK\r\n");
});
