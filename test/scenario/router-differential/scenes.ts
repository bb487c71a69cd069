// What sessions do, as scenes that end where they began: no MULTI, no subscription, nobody blocked. So a
// session may be cut down to any of its scenes.
import { anyCommand, anyMistake, someCommands } from "./commands.ts";
import { type Dice, diceFrom } from "./dice.ts";
import { manners } from "./scenes-manners.ts";
import { meetings } from "./scenes-meetings.ts";
import { type Scene, type SceneKind, type Script, sceneFrom } from "./script.ts";

const BIG_BYTES = [60_000, 65_530, 65_536, 262_144, 1_048_576];

function bigValues({ dice, send, number }: Script): void {
  const size = dice.pick(BIG_BYTES) - dice.below(3);
  const value = `${dice.pick(["*3\r\n$", "\r\n", "x", "\0\n"])}${number}`.repeat(size).slice(0, size);
  const name = `big${number}`;
  send("A", [
    ["SET", name, value],
    ["GET", name],
    ["GETRANGE", name, "5", "-9"],
    ["DUMP", name],
    ["APPEND", name, "end"],
    ["RPUSH", `${name}l`, value.slice(0, 20_000), "small", value.slice(7, 30_000)],
    ["LRANGE", `${name}l`, "0", "-1"],
    ["EVAL", "return string.rep(ARGV[1], ARGV[2])", "0", "abc\r\n", String(dice.below(50_000))],
    ["DEL", name, `${name}l`],
  ]);
}

const own: readonly SceneKind[] = [
  {
    name: "pipeline",
    weight: 60,
    write: ({ dice, send }) => send(dice.pick(["A", "B"]), someCommands(dice, dice.pick([8, 40, 400]))),
  },
  {
    name: "errors",
    weight: 8,
    write({ dice, send }) {
      const commands = Array.from({ length: dice.skewed(12) }, () =>
        dice.chance(0.7) ? anyMistake(dice) : anyCommand(dice),
      );
      send(dice.pick(["A", "B"]), commands);
    },
  },
  { name: "big values", weight: 2, write: bigValues },
];

const KINDS = [...own, ...manners, ...meetings];
const WEIGHT = KINDS.reduce((sum, { weight }) => sum + weight, 0);

function kindFrom(dice: Dice): SceneKind {
  let left = dice.below(WEIGHT);
  for (const kind of KINDS) {
    left -= kind.weight;
    if (left < 0) return kind;
  }
  throw new Error("no scene of that weight");
}

/** The same scenes for the same seed, whatever was played before. */
export function scenesFrom(seed: number, count: number): readonly Scene[] {
  const dice = diceFrom(seed);
  return Array.from({ length: count }, (_, index) => {
    const { name, write } = kindFrom(dice);
    return sceneFrom(name, index, dice, write);
  });
}
