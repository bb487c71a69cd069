import { expect, test } from "vitest";
import { configurationProofs, nginxTimeMs } from "./configuration.ts";

const verdictsOf = (text: string) =>
  configurationProofs(text, "/etc/nginx/baton/redis.conf").map(({ verdict }) => verdict);
const included = "# configuration file /etc/nginx/baton/redis.conf:\nserver 10.0.0.1:6379;\n";

test("reads times as nginx does", () => {
  const times = ["30", "500ms", "10s", "1h30m", "2d", "1w", "soon", "", "-1"].map(nginxTimeMs);
  const NAN = Number.NaN;
  expect(times).toEqual([30_000, 500, 10_000, 5_400_000, 172_800_000, 604_800_000, NAN, NAN, NAN]);
});

test("finds what is missing, also where it is only a comment or part of another word", () => {
  expect(verdictsOf("")).toEqual(["problem", "problem", "problem"]);
  const commented = "# worker_shutdown_timeout 1s;\n #proxy_timeout 1h;\nmy_proxy_timeout 1h;\n";
  expect(verdictsOf(`${included}${commented}`)).toEqual(["right", "problem", "problem"]);
  const right = "worker_shutdown_timeout 1s;\nstream { server { proxy_timeout 1h; } }\n";
  expect(verdictsOf(`${included}${right}`)).toEqual(["right", "right", "right"]);
});

test("the shortest of several times is the one that counts", () => {
  const text = "worker_shutdown_timeout 1s;\nproxy_timeout 2h;\nproxy_timeout\t90s;\n";
  const [, , idle] = configurationProofs(text, "/x");
  expect(idle).toMatchObject({ verdict: "problem", sentence: expect.stringContaining("90 s") });
});
