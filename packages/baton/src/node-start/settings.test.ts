import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  directiveChanges,
  parseSettings,
  type Settings,
  type UserChange,
  usersLockedOut,
  usersOfBoth,
  usersToAccept,
  usersToForget,
  withUsers,
} from "./settings.ts";

type Users = ReadonlyMap<string, readonly string[]>;

/** What ACL SETUSER NAME reset ... and ACL DELUSER make of the users of a process. */
function changed(users: Users, changes: readonly UserChange[]): Users {
  const after = new Map(users);
  for (const { name, rules } of changes)
    if (rules === undefined) after.delete(name);
    else after.set(name, rules);
  return after;
}

const hashesIn = (rules: readonly string[] = []) => rules.filter((rule) => rule.startsWith("#"));
const sameUsers = (users: Users) => [...users].toSorted(([a], [b]) => (a < b ? -1 : 1));

describe("a settings file", () => {
  test("is read with its quotes; names in any case, lines of one name together", () => {
    const { users, directives } = parseSettings(
      [
        "# maxmemory 1",
        "MaxMemory 1gb",
        'requirepass "a b"',
        "save 3600 1",
        "save 300 100\r",
        'appendfilename ""',
        "",
        "user agent on #00 ~baton:* -@all +ping (resetchannels &wake +publish)",
        "USER 'default' on #11",
      ].join("\n"),
    );
    expect([...directives]).toEqual([
      ["maxmemory", "1gb"],
      ["requirepass", "a b"],
      ["save", "3600 1 300 100"],
      ["appendfilename", ""],
    ]);
    const selector = ["(resetchannels", "&wake", "+publish)"];
    expect([...users]).toEqual([
      ["agent", ["on", "#00", "~baton:*", "-@all", "+ping", ...selector]],
      ["default", ["on", "#11"]],
    ]);
  });

  test("differs from another in the values that are new, and in the lines that are gone", () => {
    const before = parseSettings("port 6379\nhz 10\nmaxmemory 1gb\nsave 3600 1\nsave 300 100\n");
    const after = parseSettings("hz 20\nsave 3600 1\nport 6379\nlogfile x\n");
    expect(directiveChanges(before, after)).toEqual([
      { name: "hz", value: "20" },
      { name: "save", value: "3600 1" },
      { name: "logfile", value: "x" },
      { name: "maxmemory", value: undefined },
    ]);
    expect(directiveChanges(before, before)).toEqual([]);
  });

  test("that is written otherwise and means the same does not differ", () => {
    const before = parseSettings('port 6379\nrequirepass "secret"\nuser a on #1 +ping\n');
    const after = parseSettings("# new\nuser  a on '#1' +ping\nPORT   6379\nrequirepass secret\n");
    expect(directiveChanges(before, after)).toEqual([]);
    expect(usersToAccept(before, after)).toEqual([]);
    expect(usersToForget(before, after)).toEqual([]);
  });
});

describe("a password that changes", () => {
  const before = parseSettings("user default on #old ~* +@all\nuser gone on #gone +ping\n");
  const after = parseSettings("user default on #new ~* +@all\nuser added on #added +ping\n");

  test("is accepted beside the one of before, and nobody is removed yet", () => {
    expect(usersToAccept(before, after)).toEqual([
      { name: "default", rules: ["on", "#new", "~*", "+@all", "#old"] },
      { name: "added", rules: ["on", "#added", "+ping"] },
    ]);
  });

  test("is the only one in the end, and who is not wanted is removed", () => {
    const accepted = { ...before, users: changed(before.users, usersToAccept(before, after)) };
    expect(usersToForget(accepted, after)).toEqual([
      { name: "default", rules: ["on", "#new", "~*", "+@all"] },
      { name: "gone", rules: undefined },
    ]);
  });

  test("is one that locks out whoever has the old one, unless that is still among them", () => {
    expect(usersLockedOut(before, after)).toEqual(["default"]);
    const moving = parseSettings("user default on #new #old ~* +@all\n");
    expect(usersLockedOut(before, moving)).toEqual([]);
    expect(usersLockedOut(moving, after)).toEqual([]);
    expect(usersLockedOut(parseSettings(""), after)).toEqual([]);
  });
});

const userName = fc.constantFrom("default", "agent", "replication", "sentinel", "peer");
const rule = fc.constantFrom("~*", "&*", "-@all", "+info", "+role", "-@dangerous", "+config|set");
const hash = fc.constantFrom("#aa", "#bb", "#cc", "#dd");
const selectors = [[], ["(resetchannels", "&wake", "+publish)"], ["(~a*", "+get)"]];
const rules = fc
  .tuple(
    fc.uniqueArray(hash, { maxLength: 3 }),
    fc.uniqueArray(rule, { maxLength: 5 }),
    fc.constantFrom(...selectors),
  )
  .map((parts) => ["on", ...parts.flat()]);
const users = fc
  .uniqueArray(fc.tuple(userName, rules), { selector: ([name]) => name })
  .map((entries) => new Map(entries));

const directiveLines = [
  "port 6379",
  "# a comment with user in it",
  'requirepass "a \\"b\\" c"',
  "save 3600 1",
  "",
  "masteruser replication",
];
const settingsText = fc
  .tuple(fc.subarray(directiveLines), users)
  .map(([lines, map]) =>
    [...lines, ...[...map].map(([name, words]) => ["user", name, ...words].join(" ")), ""].join("\n"),
  );
const settings = settingsText.map((text): Settings => parseSettings(text));

describe("from any settings to any others", () => {
  test("nobody is refused until all use the new ones, and then exactly these are in force", () => {
    fc.assert(
      fc.property(settings, settings, (before, after) => {
        const between = changed(before.users, usersToAccept(before, after));
        for (const { users: accepted } of [before, after])
          for (const [name, words] of accepted)
            expect(hashesIn(between.get(name))).toEqual(expect.arrayContaining([...hashesIn(words)]));
        const last = changed(between, usersToForget({ ...before, users: between }, after));
        expect(sameUsers(last)).toEqual(sameUsers(after.users));
      }),
    );
  });

  test("what has been accepted is not accepted again, and what was forgotten not forgotten", () => {
    fc.assert(
      fc.property(settings, settings, (before, after) => {
        const between = { ...before, users: changed(before.users, usersToAccept(before, after)) };
        expect(usersToAccept(between, after)).toEqual([]);
        expect(usersToForget(after, after)).toEqual([]);
      }),
    );
  });

  test("whoever starts between the two has the passwords of both, however often it starts", () => {
    fc.assert(
      fc.property(settings, settings, (before, after) => {
        const started = new Map(usersOfBoth(before, after).map(({ name, rules: all }) => [name, all]));
        expect([...started.keys()]).toEqual([...after.users.keys()]);
        expect(usersToAccept({ ...before, users: started }, after)).toEqual([]);
        const again = usersOfBoth({ ...before, users: started }, after);
        expect(again.map(({ name, rules: all }) => [name, hashesIn(all).toSorted()])).toEqual(
          [...started].map(([name, all]) => [name, hashesIn(all).toSorted()]),
        );
      }),
    );
  });

  test("a rotation that is broken off by another one still refuses nobody", () => {
    fc.assert(
      fc.property(settings, settings, settings, (first, second, third) => {
        const once = changed(first.users, usersToAccept(first, second));
        const twice = changed(once, usersToAccept({ ...first, users: once }, third));
        for (const { users: accepted } of [first, second])
          for (const [name, words] of accepted)
            expect(hashesIn(twice.get(name))).toEqual(expect.arrayContaining([...hashesIn(words)]));
      }),
    );
  });

  test("the text with other users in it says these, and every other line as before", () => {
    fc.assert(
      fc.property(settingsText, users, (text, others) => {
        const before = parseSettings(text);
        const changes = [...others].map(([name, words], index): UserChange => {
          return { name, rules: index % 3 === 2 ? undefined : words };
        });
        const written = withUsers(text, changes);
        const after = parseSettings(written);
        expect(sameUsers(after.users)).toEqual(sameUsers(changed(before.users, changes)));
        const rest = (of: string) => of.split("\n").filter((line) => !/^user |^$/.test(line));
        expect(rest(written)).toEqual(rest(text));
        expect(written).toMatch(/^$|\n$/);
      }),
    );
  });

  test("a user that stands in quotes is the same user", () => {
    expect(withUsers("user \"agent\" on '#aa'\nport 1", [{ name: "agent", rules: ["on", "#bb"] }])).toBe(
      "port 1\nuser agent on #bb\n",
    );
  });
});
