import { expect, test } from "vitest";
import { parseAcl } from "./acl.ts";

const parse = (text: string) => parseAcl({ path: "users.acl", text });

test("reads users with their rules, split at blanks and with quotes taken as they are", () => {
  const { users, malformed } = parse('user default off\n\nUSER app on >"x" \t~app:* +@read\r\n');
  expect(malformed).toEqual([]);
  expect(users.map(({ name, rules }) => [name, rules.map(({ text }) => text)])).toEqual([
    ["default", ["off"]],
    ["app", ["on", '>"x"', "~app:*", "+@read"]],
  ]);
  expect(users[1]?.rules[1]?.place).toEqual({ file: "users.acl", line: 3, column: 13 });
});

test("reports what Redis would refuse: comments, other lines, a user twice", () => {
  const { malformed } = parse("# people\nuser a on\nrequirepass x\nuser\nuser a off\n");
  expect(malformed.map(({ place, message }) => [place.line, message])).toEqual([
    [1, "is a comment, which Redis refuses in an ACL file"],
    [3, 'does not begin with "user" and a name'],
    [4, 'does not begin with "user" and a name'],
    [5, "defines the user a a second time"],
  ]);
});

test("does not count users that a template repeats", () => {
  const text =
    "{% for u in users %}\nuser {{ u.name }} on >{{ u.password }} ~*\n{% endfor %}\n" +
    "user {{ u.name }} off";
  const { users, malformed } = parse(text);
  expect(malformed).toEqual([]);
  expect(users.map(({ name }) => name)).toEqual(["{{ u.name }}", "{{ u.name }}"]);
  expect(users[0]?.rules[1]).toMatchObject({ text: ">{{ u.password }}", isUnknown: true });
});
