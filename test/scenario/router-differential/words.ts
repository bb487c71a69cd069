// What the names in braces of the command templates stand for: keys, values, numbers and names.
import type { Dice } from "./dice.ts";

/** Name first, arguments behind it, each a latin1 string: one character, one byte. */
export type Command = readonly string[];

/** What looks like protocol must be able to stand in a value. */
const LOOKALIKES = [
  "",
  "\r\n",
  "$5\r\nhello\r\n",
  "*2\r\n$1",
  "-ERR no",
  "+OK\r\n",
  ">3\r\n",
  "\0",
  "*0\r\n",
];
const FLOATS = ["0", "1.5", "-2.25", "3.0e3", "1e17", "inf", "-inf", "0.1"];
const BOUNDS = ["-inf", "+inf", "0", "(1", "2.5", "(3", "100"];
const GLOBS = ["*", "f?", "f[0-4]", "nothing*"];
/** The first letter of a key tells its type. */
const TYPES = ["s", "h", "l", "e", "z", "x", "p", "g", "b"];
const PLACES = ["13.361389 38.115556", "15.087269 37.502669", "-0.127 51.507", "2.352 48.856", "200 95"];

function noise(dice: Dice): string {
  const bytes = Array.from({ length: dice.skewed(300) }, () => dice.below(256));
  return String.fromCharCode(...bytes);
}

function value(dice: Dice): string {
  const kind = dice.below(10);
  if (kind < 4) return String(dice.below(100) - 20);
  if (kind < 7) return `v${dice.below(20)}`;
  return kind < 8 ? dice.pick(LOOKALIKES) : noise(dice);
}

/** One key in twenty belongs to another type: then the server has something to complain about. */
const key = (letter: string, count: number) => (dice: Dice) =>
  `${dice.chance(0.05) ? dice.pick(TYPES) : letter}${dice.below(count)}`;

const WORDS: Readonly<Record<string, (dice: Dice) => string>> = {
  bit: (dice) => String(dice.below(200)),
  bits: key("b", 4),
  bound: (dice) => dice.pick(BOUNDS),
  channel: (dice) => `c${dice.below(4)}`,
  field: (dice) => `f${dice.below(12)}`,
  float: (dice) => dice.pick(FLOATS),
  geo: key("g", 3),
  glob: (dice) => dice.pick(GLOBS),
  hash: key("h", 5),
  id: (dice) => `${1 + dice.below(60)}-${dice.below(3)}`,
  index: (dice) => String(dice.below(13) - 4),
  int: (dice) => String(dice.below(50) - 10),
  key: (dice) => `${dice.pick(TYPES)}${dice.below(4)}`,
  list: key("l", 5),
  loglog: key("p", 3),
  place: (dice) => dice.pick(PLACES),
  set: key("e", 5),
  stream: key("x", 4),
  string: key("s", 8),
  value,
  when: (dice) => String(4_000_000_000 + dice.below(1000)),
  zset: key("z", 5),
};

/** `SET :string :value` with a key and a value of chance. A place is two arguments. */
export function fill(template: string, dice: Dice): Command {
  return template.split(" ").flatMap((word) => {
    if (!word.startsWith(":")) return [word];
    const make = WORDS[word.slice(1)];
    if (make === undefined) throw new Error(`no word ${word} in "${template}"`);
    const made = make(dice);
    return word === ":place" ? made.split(" ") : [made];
  });
}
