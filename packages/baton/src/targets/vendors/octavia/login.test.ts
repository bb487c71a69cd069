import { expect, test } from "vitest";
import { isPlace, whyNoLogin } from "./access.ts";
import { loginBody, octaviaIn, tokenReply } from "./login.ts";
import { ovhOctavia } from "../../kinds/ovh-octavia.ts";

const POOL = "3f1c0b5e-4f55-4f0e-9d5d-4b8a7f0c2d11";
const PROJECT = "5f3c1b0e9a7d4c2e8b6a1d0f3e5c7a9b";
const CREDENTIAL = "0d9b8c7a6f5e4d3c2b1a09f8e7d6c5b4";

const replyWith = (url: string) =>
  tokenReply.parse({
    token: {
      catalog: [
        {
          type: "identity",
          endpoints: [{ interface: "public", region: "GRA11", url: "https://k.test" }],
        },
        {
          type: "load-balancer",
          endpoints: [
            { interface: "internal", region_id: "GRA11", url: "https://inside.test" },
            { interface: "public", region_id: "GRA11", region: "GRA11", url },
            { interface: "public", region: "SBG5", url: "https://sbg5.test" },
          ],
        },
      ],
    },
  });

test("a password goes with its user, domain and project, an application credential alone", () => {
  const password = { kind: "password", user: "baton", domain: "Default", project: PROJECT } as const;
  expect(loginBody({ ...password, secret: "s" })).toEqual({
    auth: {
      identity: {
        methods: ["password"],
        password: { user: { name: "baton", domain: { name: "Default" }, password: "s" } },
      },
      scope: { project: { id: PROJECT } },
    },
  });
  expect(loginBody({ kind: "application", id: CREDENTIAL, secret: "s" })).toEqual({
    auth: {
      identity: {
        methods: ["application_credential"],
        application_credential: { id: CREDENTIAL, secret: "s" },
      },
    },
  });
});

test("finds Octavia by region and interface, with or without a version in its URL", () => {
  const wanted = { region: "GRA11", interface: "public" };
  for (const url of ["https://o.test", "https://o.test/", "https://o.test/v2.0", "https://o.test/v2/"]) {
    expect(octaviaIn(replyWith(url), wanted), url).toBe("https://o.test");
  }
  expect(octaviaIn(replyWith("https://c.test/load-balancer/v2.0/"), wanted)).toBe(
    "https://c.test/load-balancer",
  );
  expect(octaviaIn(replyWith("https://o.test"), { ...wanted, interface: "internal" })).toBe(
    "https://inside.test",
  );
});

test("names the regions that there are, and refuses to send a token in the clear", () => {
  const reply = replyWith("http://o.test");
  const absent = () => octaviaIn(reply, { region: "BHS5", interface: "public" });
  expect(absent).toThrow(/no load-balancer with interface public in region BHS5; it has GRA11, SBG5/);
  expect(() => octaviaIn(reply, { region: "SBG5", interface: "admin" })).toThrow(/none at all/);
  expect(() => octaviaIn(reply, { region: "GRA11", interface: "public" })).toThrow(/plain http/);
});

test("a place is https, or http on a loopback address; no user, query or last slash", () => {
  const good = [
    "https://auth.test/v3",
    "http://127.0.0.1:5000/v3",
    "http://[::1]:9876",
    "http://localhost",
  ];
  const bad = [
    "http://auth.test/v3",
    "https://a:b@auth.test",
    "https://auth.test?x=1",
    "https://a.test/",
    "",
  ];
  expect(good.filter((text) => !isPlace(text))).toEqual([]);
  expect(bad.filter(isPlace)).toEqual([]);
});

test("somebody has to log in, in one way", () => {
  const base = { pool: POOL, region: "GRA11" };
  const parsed = (more: object) => ovhOctavia.settings.safeParse({ ...base, ...more });
  const said = (more: object) =>
    parsed(more)
      .error?.issues.map(({ message }) => message)
      .join("; ");
  expect(said({})).toMatch(/Expected user .*or applicationCredential/);
  expect(said({ user: "baton" })).toMatch(/Expected project beside user/);
  expect(said({ user: "baton", project: PROJECT, applicationCredential: CREDENTIAL })).toMatch(/both/);
  expect(said({ api: "ovh" })).toMatch(/Expected project: OVHcloud/);
  expect(parsed({ applicationCredential: CREDENTIAL }).success).toBe(true);
  expect(parsed({ user: "baton", project: PROJECT }).success).toBe(true);
  expect(parsed({ api: "ovh", project: PROJECT }).success).toBe(true);
  expect(said({ user: "baton", project: "../../etc" })).toMatch(/Expected the id of a project/);
  expect(said({ user: "baton", project: PROJECT, pool: "a/b" })).toMatch(/Expected the id of a pool/);
  expect(parsed({ user: "baton", project: PROJECT, auth: "http://auth.test/v3" }).success).toBe(false);
});

test("without project an application credential is enough", () => {
  const access = ovhOctavia.settings.parse({
    pool: POOL,
    region: "GRA11",
    applicationCredential: CREDENTIAL,
  });
  expect(whyNoLogin(access as Parameters<typeof whyNoLogin>[0])).toBeUndefined();
});
