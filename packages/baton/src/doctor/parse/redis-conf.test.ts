import { expect, test } from "vitest";
import type { Directive } from "../facts.ts";
import { parseRedisConf } from "./redis-conf.ts";
import { shelfOf } from "./shelf.ts";

function parse(files: Readonly<Record<string, string>>, path = "redis.conf") {
  const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
  const source = sources.find((one) => one.path === path);
  if (source === undefined) throw new Error(`no ${path}`);
  return parseRedisConf(source, shelfOf(sources));
}

const shown = ({ name, words }: Directive): string => [name, ...words.map(({ text }) => text)].join("|");
const read = (text: string): readonly string[] => parse({ "redis.conf": text }).directives.map(shown);

test("takes quotes, escapes, tabs and carriage returns as Redis does", () => {
  expect(read('requirepass "a \\"b\\x41\\n\\q"\r\n')).toEqual(['requirepass|a "bA\nq']);
  expect(read("requirepass 'it\\'s \\n'\n")).toEqual(["requirepass|it's \\n"]);
  expect(read('\tPort\t6380  \nsave ""')).toEqual(["port|6380", "save|"]);
  expect(read('save 60""\nx a"b c"')).toEqual(["save|60", "x|ab c"]);
});

test("takes # for a comment only as a line's first character", () => {
  expect(read("# port 1\n  # port 2\nport 3 # main\n#\n\n")).toEqual(["port|3|#|main"]);
});

test("says where each word stands, and how much of the file it takes", () => {
  const [line] = parse({ "redis.conf": '\n  requirepass  "se cret" x' }).directives;
  expect(line?.place).toEqual({ file: "redis.conf", line: 2, column: 3 });
  expect(line?.words[0]).toMatchObject({ text: "se cret", place: { line: 2, column: 16 }, length: 9 });
  expect(line?.words[1]).toMatchObject({ text: "x", place: { column: 26 } });
  expect(line?.words[1]).not.toHaveProperty("length");
});

test.each(['requirepass "abc', "requirepass 'abc", 'requirepass "a"b', "dir 'a'b"])(
  "reports unbalanced quotes and goes on: %s",
  (line) => {
    const { malformed, directives } = parse({ "redis.conf": `${line}\nport 1` });
    expect(malformed.map(({ place }) => place.line)).toEqual([1]);
    expect(directives.map(shown)).toEqual(["port|1"]);
  },
);

test("keeps a placeholder with blanks in it as one word that is not known", () => {
  const { directives, isTemplate } = parse({
    "redis.conf":
      "port {{ redis_port | default('6379') }}\nbind 127.0.0.1 ${ADDRESS:-a b}\ndir \"{{ d }}/x\"",
  });
  expect(isTemplate).toBe(true);
  expect(directives.map(shown)).toEqual([
    "port|{{ redis_port | default('6379') }}",
    "bind|127.0.0.1|${ADDRESS:-a b}",
    "dir|{{ d }}/x",
  ]);
  expect(directives.map(({ words }) => words.map(({ isUnknown }) => isUnknown))).toEqual([
    [true],
    [false, true],
    [true],
  ]);
});

test.each([
  "<your password>",
  "$REDIS_PASSWORD",
  "@PASSWORD@",
  "__PASSWORD__",
  "<%= @pass %>",
  "%(pass)s",
])("does not know %s", (word) => {
  const [line] = parse({ "redis.conf": `requirepass ${word}` }).directives;
  expect(line?.words.map(({ text, isUnknown }) => [text, isUnknown])).toEqual([[word, true]]);
});

test("takes a rule that removes an ACL password for what it is", () => {
  const { users } = parse({ "redis.conf": "user a on <old >new ~* &__sentinel__:hello +@all" });
  expect(users[0]?.rules.map(({ isUnknown }) => isUnknown)).toEqual(Array(6).fill(false));
});

test("knows that lines within {% if %} and {{ if }} are not everybody's", () => {
  const text =
    "{% if tls %}\nport 0\n{% else %}\nport 1\n{% endif %}\ndir /a\n" +
    "{{- if .Values.x }}\nsave 1 1\n{{- end }}\ntimeout 0\n";
  const { directives, gaps } = parse({ "redis.conf": text });
  expect(directives.map((line) => [shown(line), line.isConditional ?? false])).toEqual([
    ["port|0", true],
    ["port|1", true],
    ["dir|/a", false],
    ["save|1|1", true],
    ["timeout|0", false],
  ]);
  expect(directives[0]?.words[0]?.isUnknown).toBe(true);
  expect(gaps).toEqual([]);
});

test("leaves comments of a template out that span lines, and counts on", () => {
  expect(read("{# one\nport 1\ntwo #}\nport 2")).toEqual(["port|2"]);
  expect(parse({ "redis.conf": "{# one\nport 1\ntwo #}\nport 2" }).directives[0]?.place.line).toBe(4);
});

test("takes a line that is one placeholder for a gap, in which anything may stand", () => {
  const text = "{% for k, v in settings.items() %}\n{{ k }} {{ v }}\n{% endfor %}\n{{ extra }}\nport 1";
  const { gaps, directives } = parse({ "redis.conf": text });
  expect(gaps.map(({ line }) => line)).toEqual([2, 4]);
  expect(directives.map(shown)).toEqual(["port|1"]);
});

test("puts what is included where the include stands, by the nearest path, with its own places", () => {
  const config = parse(
    {
      "h1/etc/redis/redis.conf": "port 1\ninclude /etc/redis/common.conf\nport 3",
      "h1/etc/redis/common.conf": "port 2",
      "h2/etc/redis/common.conf": "port 9",
    },
    "h1/etc/redis/redis.conf",
  );
  expect(config.directives.map(shown)).toEqual([
    "port|1",
    "include|/etc/redis/common.conf",
    "port|2",
    "port|3",
  ]);
  expect(config.directives[2]?.place.file).toBe("h1/etc/redis/common.conf");
  expect(config.gaps).toEqual([]);
});

test("includes what a glob means in the order of names, and nothing where nothing fits", () => {
  const files = {
    "redis.conf": "include conf.d/*.conf\ninclude conf.d/x*.conf",
    "conf.d/b.conf": "port 2",
    "conf.d/a.conf": "port 1",
    "conf.d/c.txt": "port 3",
  };
  const config = parse(files);
  expect(config.directives.filter(({ name }) => name === "port").map(shown)).toEqual([
    "port|1",
    "port|2",
  ]);
  expect(config.gaps).toEqual([]);
});

test("takes an include that is not here for a gap", () => {
  expect(parse({ "redis.conf": "include /etc/redis/local.conf" }).gaps).toHaveLength(1);
});

test("reports files that include each other, and comes to an end", () => {
  const config = parse({ "redis.conf": "include a.conf\nport 1", "a.conf": "include redis.conf" });
  expect(config.malformed.map(({ place, message }) => [place.file, message])).toEqual([
    ["a.conf", "includes redis.conf, which includes this file"],
  ]);
});

test("takes five thousand lines of what is included, and the rest for a gap", () => {
  const files = { "a.conf": "save 1 1\n".repeat(4_000), "b.conf": "save 2 2\n".repeat(4_000) };
  const config = parse({ "redis.conf": "include a.conf\ninclude b.conf\nport 1", ...files });
  expect(config.directives).toHaveLength(5_000 + 3);
  expect(config.gaps).toMatchObject([{ file: "b.conf", line: 1_001 }]);
});

test("takes a file in which no line is one", () => {
  const config = parse({ "redis.conf": '"\n'.repeat(190_000) });
  expect(config.malformed).toHaveLength(190_000);
  expect(parse({ "redis.conf": "{{ x }} y\n".repeat(190_000) }).gaps).toHaveLength(190_000);
});

test("ends where includes multiply", () => {
  const files = Object.fromEntries(
    Array.from({ length: 7 }, (_, n) => [`f${n}.conf`, `include f${n + 1}.conf\n`.repeat(50)]),
  );
  const config = parse({ "redis.conf": "include f0.conf", ...files, "f7.conf": "port 1" });
  expect(config.directives.length).toBeLessThan(5000);
  expect(config.gaps.length).toBeGreaterThan(0);
});

test("takes users from the file and from its aclfile", () => {
  const config = parse(
    {
      "conf/redis.conf": "user a on >one\naclfile /etc/redis/users.acl\nuser a off",
      "conf/users.acl": "user default off\nuser b on nopass ~* +@all\n",
    },
    "conf/redis.conf",
  );
  expect(config.users.map(({ name }) => name)).toEqual(["a", "a", "default", "b"]);
  expect(config.directives.map(({ name }) => name)).toEqual(["aclfile"]);
  expect(config.malformed.map(({ message }) => message)).toEqual(["defines the user a a second time"]);
  expect([...config.parts]).toEqual(["conf/users.acl"]);
});
