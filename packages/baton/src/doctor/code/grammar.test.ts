// Programs as they are read: what is known of a call, what is not, and that nothing a file holds stops it.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { factsFrom } from "../join.ts";
import { rules } from "../rules/index.ts";
import { clientsFrom, grammarsFor } from "./clients/index.ts";
import { type Grammars, loadGrammars } from "./grammar.ts";
import { type Call, CODE_LANGUAGES, type CodeLanguage, type Program, resolve } from "./program.ts";

const clientRules = rules.filter(({ id }) => id.startsWith("CLI"));

let grammars: Grammars;
beforeAll(async () => {
  grammars = await loadGrammars(CODE_LANGUAGES);
});

function read(language: CodeLanguage, text: string): Program {
  const program = grammars.read(language, "a", text);
  if (typeof program === "string") throw new Error(program);
  return program;
}

function call(program: Program, name: string): Call {
  const found = program.calls.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no call of ${name}`);
  return found;
}

/** The first argument of `show(...)`, followed to where it comes from. */
function shown(language: CodeLanguage, text: string): string | undefined {
  const program = read(language, text);
  const [value] = call(program, "show").arguments;
  const found = value === undefined ? undefined : resolve(program, value);
  return found?.kind === "text" ? found.text : found?.kind;
}

describe("a name", () => {
  const texts: Readonly<Record<CodeLanguage, readonly [once: string, twice: string, given: string]>> = {
    cpp: [
      'int f() { auto h = "a"; show(h); }',
      'int f() { auto h = "a"; h = "b"; show(h); }',
      'auto h = "a"; int f(std::string h) { show(h); }',
    ],
    node: [
      'const h = "a"; show(h);',
      'let h = "a"; h = "b"; show(h);',
      'const h = "a"; (h) => show(h);',
    ],
    perl: [
      "my $h = 'a'; show($h);",
      "my $h = 'a'; $h = 'b'; show($h);",
      "my $h = 'a'; sub f { my ($h) = @_; show($h); }",
    ],
    php: [
      "<?php $h = 'a'; show($h);",
      "<?php $h = 'a'; $h = 'b'; show($h);",
      "<?php $h = 'a'; function f($h) { show($h); }",
    ],
    python: ['h = "a"\nshow(h)', 'h = "a"\nh = "b"\nshow(h)', 'h = "a"\ndef f(h):\n  show(h)'],
  };

  test.each(CODE_LANGUAGES)("is followed in %s when it is bound once, and not otherwise", (language) => {
    const [once, twice, given] = texts[language];
    expect(shown(language, once)).toBe("a");
    expect(["name", "unknown"]).toContain(shown(language, twice));
    expect(["name", "unknown"]).toContain(shown(language, given));
  });
});

describe("Perl", () => {
  test("reads quotes of every kind, and calls in none of them", () => {
    const text = String.raw`
my @a = (q(Foo->bar(1)), qq{Foo->bar(2)}, 'it\'s', "a \" b", qw/x y/);
# Foo->bar(3)
=head1 NAME

Foo->bar(4)

=cut
s{Foo->bar(5)}{x}g; my $x = $y =~ m#Foo->bar(6)# ? 1 : 0; tr/a-z/A-Z/;
my $z = $x / 2; my $w = $x / 3;
print <<"A", <<'B';
Foo->bar(7)
A
Foo->bar(8)
B
Foo->bar(9);
__END__
Foo->bar(10);
`;
    const calls = read("perl", text).calls.filter(({ name }) => name === "bar");
    expect(calls.map(({ arguments: values }) => values[0])).toMatchObject([
      { kind: "number", number: 9 },
    ]);
    expect(calls[0]?.place).toMatchObject({ line: 16, column: 1 });
  });

  test("keeps what it cannot follow unknown", () => {
    const program = read("perl", 'Foo->new(a => 1 + 1, b => "x$y", %rest, c => $ENV{X} // 3, d => 4);');
    const entries = call(program, "new").named.map(({ name, value }) => [name, value.kind]);
    expect(entries).toEqual([
      ["a", "unknown"],
      ["b", "unknown"],
      [undefined, "name"],
      ["c", "unknown"],
      ["d", "number"],
    ]);
  });
});

test("says why when a file is too large, or its language was not loaded", async () => {
  const none = await loadGrammars([]);
  expect(none.read("python", "a.py", "x")).toBe("no grammar for python is loaded");
  expect(grammars.read("python", "a.py", " ".repeat(1024 * 1024 + 1))).toBe("is larger than 1 MB");
});

test("never reads code that names no client library", async () => {
  const files = [{ path: "a.py", text: "import os  # redis\n" }];
  expect(clientsFrom({ files, grammars: await grammarsFor(files) })).toEqual([]);
});

const PIECES = [
  "Redis",
  "redis",
  "new ",
  "->",
  "::",
  ".",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  "<",
  ">",
  ",",
  ";",
  "=",
  "=>",
  ":",
  '"',
  "'",
  "`",
  "/",
  "\\",
  "\n",
  " ",
  "$x",
  "@x",
  "%x",
  "$self",
  "my ",
  "sub ",
  "eval ",
  "while (1) ",
  "use ",
  "def f(",
  "try",
  "except",
  "catch",
  "import ",
  "from ",
  "<<A",
  "q(",
  "s/",
  "=pod",
  "#",
  "//",
  "/*",
  "*/",
  "1",
  "1.5e9",
  "0x",
  "\0",
  "é",
  "\u{1f600}",
  "\ud800",
  "${",
  "...",
  "**",
  "<?php",
  "?>",
  "#include <hiredis.h>",
];

const NAMES: Readonly<Record<CodeLanguage, string>> = {
  cpp: "a.cpp",
  node: "a.ts",
  perl: "a.pl",
  php: "a.php",
  python: "a.py",
};

test("every rule comes back from code that is cut off anywhere", () => {
  const examples = clientRules.flatMap(({ bad, good }) => [bad?.files ?? {}, good?.files ?? {}]);
  const files = examples.flatMap((one) => Object.entries(one));
  const cut = fc.tuple(fc.constantFrom(...files), fc.nat(600), fc.constantFrom(...PIECES));
  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 3 }), (chosen) => {
      const sources = chosen.map(([[path, text], at, piece], index) => ({
        path: `${String(index)}/${path}`,
        text: `${text.slice(0, at)}${piece}${text.slice(at + 3)}`,
      }));
      const facts = factsFrom({ files: sources, grammars });
      for (const rule of clientRules) expect([...rule.check(facts)].length).toBeLessThan(50);
    }),
    { numRuns: 100 },
  );
});

describe.each(CODE_LANGUAGES)("garbage in %s", (language) => {
  test("is read to the end, whatever it is", () => {
    const garbage = fc.array(fc.constantFrom(...PIECES), { maxLength: 120 }).map((all) => all.join(""));
    fc.assert(
      fc.property(garbage, (text) => {
        expect(typeof grammars.read(language, NAMES[language], text)).toBe("object");
      }),
      { numRuns: 100 },
    );
  });

  test.each(["(", "[", "{", "a.b(", "x = ", "try { ", "- ", "a->(", "<<A\n", "q(", '"', "\\"])(
    "does not take the stack or the day: %j many times",
    (piece) => {
      const start = performance.now();
      const read = grammars.read(language, "a", piece.repeat(8000));
      expect(["object", "string"]).toContain(typeof read);
      expect(performance.now() - start).toBeLessThan(8000);
    },
  );
});
