// What the renderers promise: the same bytes for the same layout, nothing readable by others, no value
// read otherwise.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Layout, TlsPlan } from "../cluster/types.ts";
import { InvariantBroken } from "../errors.ts";
import { quote } from "./directives.ts";
import { handmadeLayout, handmadeSecrets, handmadeSite } from "./layout.fixture.ts";
import { renderers } from "./index.ts";
import type { RenderInput, RenderedFile } from "./renderer.ts";

const GOLDEN = fileURLToPath(new URL("../../../../testdata/render", import.meta.url));
const SITE = "/site";

function input(overrides: Partial<RenderInput> = {}): RenderInput {
  const layout = overrides.layout ?? handmadeLayout(["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
  return { layout, secrets: handmadeSecrets, site: handmadeSite(layout, SITE), ...overrides };
}

const all = (given: RenderInput): readonly RenderedFile[] =>
  renderers.flatMap((renderer) => renderer.files(given));

function withTls(tls: TlsPlan): Layout {
  const layout = handmadeLayout(["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
  return { ...layout, cluster: { ...layout.cluster, tls } };
}

function textOf(files: readonly RenderedFile[], path: string): string {
  const found = files.find((file) => file.path === `${SITE}/${path}`);
  if (found === undefined) throw new Error(`nothing was rendered at ${path}`);
  return found.text;
}

/** Compares with the golden file, or writes it when run with UPDATE=1. */
async function expectGolden(path: string, text: string): Promise<void> {
  const file = join(GOLDEN, path);
  if (process.env["UPDATE"] === "1") {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  expect(text).toBe(await readFile(file, "utf8"));
}

describe("the table of renderers", () => {
  test("is in alphabetical order, with an id and a summary each", () => {
    const ids = renderers.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
    for (const { summary } of renderers) expect(summary).toMatch(/^\S.*\.$/);
  });
});

describe("the rendered files", () => {
  test("are those in testdata/render", async () => {
    const files = all(
      input({ layout: handmadeLayout(["192.0.2.1", "192.0.2.2", "192.0.2.3"], { maxmemory: "1gb" }) }),
    );
    expect(files).toHaveLength(6);
    for (const path of ["h1/redis.conf", "h2/redis.conf", "h1/sentinel.conf"]) {
      await expectGolden(path, textOf(files, path));
    }
  });

  test("are those in testdata/render/tls with TLS, and have no port for plain text", async () => {
    const tls = { authority: "/tls/a.pem", certificate: "/tls/h.pem", key: "/tls/h.key" };
    const files = all(input({ layout: withTls({ ...tls, redis: true, router: true }) }));
    for (const path of ["h2/redis.conf", "h1/sentinel.conf"]) {
      const text = textOf(files, path);
      expect(text).toMatch(/^port 0$/m);
      await expectGolden(`tls/${path}`, text);
    }
  });

  test("are those without TLS where only the routers speak it", () => {
    const tls = { authority: "/tls/a.pem", certificate: "/tls/h.pem", key: "/tls/h.key" };
    const layout = withTls({ ...tls, redis: false, router: true });
    expect(all(input({ layout }))).toEqual(all(input()));
  });

  test("have no relative path of a certificate, which would lead nowhere", () => {
    const tls = { authority: "a.pem", certificate: "/tls/h.pem", key: "/tls/h.key" };
    const layout = withTls({ ...tls, redis: true, router: true });
    expect(() => all(input({ layout }))).toThrow(InvariantBroken);
  });

  test("are the same at every call, and readable for Redis only", () => {
    expect(all(input())).toEqual(all(input()));
    expect(new Set(all(input()).map(({ readers }) => readers))).toEqual(new Set(["redis"]));
  });

  test("hold no application or agent password in clear", () => {
    for (const { text } of all(input({ secrets: { ...handmadeSecrets, agent: "agent-in-clear" } }))) {
      expect(text).not.toContain(handmadeSecrets.application);
      expect(text).not.toContain("agent-in-clear");
    }
  });

  test("bind beside the announced address when the site says so, and connect from it", () => {
    const layout = handmadeLayout(["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
    const site = { ...handmadeSite(layout, SITE), listenAddress: () => "198.51.100.7" };
    for (const { text } of all(input({ layout, site }))) {
      expect(text).toMatch(/^bind 198\.51\.100\.7$/m);
      expect(text).toMatch(/^bind-source-addr 192\.0\.2\.\d$/m);
      expect(text).toMatch(/announce-ip 192\.0\.2\.\d$/m);
    }
  });

  test("announce IPv6 addresses as they are", () => {
    const files = all(input({ layout: handmadeLayout(["2001:db8::1", "2001:db8::2", "2001:db8::3"]) }));
    expect(textOf(files, "h2/redis.conf")).toContain("\nreplicaof 2001:db8::1 6379\n");
    expect(textOf(files, "h2/sentinel.conf")).toContain(
      "\nsentinel monitor orders 2001:db8::1 6379 2\n",
    );
  });

  test("let every Sentinel watch every group", () => {
    const layout = handmadeLayout(["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
    const groups = layout.groups.flatMap((group) => [group, { ...group, name: "carts" }]);
    const text = textOf(all(input({ layout: { ...layout, groups } })), "h3/sentinel.conf");
    expect(text).toContain("\nsentinel monitor orders 192.0.2.1 6379 2\n");
    expect(text).toContain("\nsentinel monitor carts 192.0.2.1 6379 2\n");
  });
});

describe("settings of the cluster file", () => {
  const rendered = (settings: Record<string, string>): string =>
    textOf(
      all(input({ layout: handmadeLayout(["192.0.2.1", "192.0.2.2", "192.0.2.3"], settings) })),
      "h1/redis.conf",
    );

  test("stand in for Baton's own line of that name", () => {
    const text = rendered({
      "repl-backlog-size": "1gb",
      "proc-title-template": "{title} {listen-addr}",
    });
    expect(text.match(/^repl-backlog-size .*$/gm)).toEqual(["repl-backlog-size 1gb"]);
    expect(text).toContain('\nproc-title-template "{title} {listen-addr}"\n');
  });

  test("cannot bring a second directive along", () => {
    expect(() => rendered({ maxmemory: "1gb\nrequirepass open" })).toThrow(InvariantBroken);
    expect(() => rendered({ "maxmemory 1gb\nrequirepass": "open" })).toThrow(InvariantBroken);
  });
});

describe("quote", () => {
  test("leaves a plain word alone and quotes what Redis would split or read otherwise", () => {
    expect(quote("10.0.0.1")).toBe("10.0.0.1");
    expect(quote("&__sentinel__:hello")).toBe("&__sentinel__:hello");
    expect(quote("")).toBe('""');
    expect(quote("a b")).toBe('"a b"');
    expect(quote("it's")).toBe(`"it's"`);
    expect(quote('say "no" \\ é')).toBe('"say \\"no\\" \\\\ é"');
  });

  test("refuses a value with a line break or a zero byte", () => {
    for (const value of ["a\nb", "a\rb", "a\0b"]) expect(() => quote(value)).toThrow(InvariantBroken);
  });
});
