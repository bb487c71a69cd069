// Scenes of sessions that meet: a conflict under WATCH, messages, blocked clients, invalidations.
import { anyCommand, someCommands } from "./commands.ts";
import { NESTED, type SceneKind, type Script } from "./script.ts";
import { type Command, fill } from "./words.ts";

/** Sessions may have chosen other databases before; who is to meet meets in the first. */
const HOME: Command = ["SELECT", "0"];

function conflict({ dice, send, number }: Script): void {
  const watched = `watched${dice.chance(0.7) ? number : ""}`;
  send("A", [HOME, ["WATCH", watched, "s1"], ["GET", watched]]);
  const touches = [
    ["SET", watched, "1"],
    ["GET", watched],
    ["APPEND", watched, "1"],
  ];
  if (dice.chance(0.7)) send("B", [HOME, dice.pick(touches)]);
  if (dice.chance(0.2)) send("A", [["UNWATCH"]]);
  send("A", [["MULTI"], ["INCR", watched], ...someCommands(dice, 3), ["EXEC"], anyCommand(dice)]);
}

function interrupted({ dice, send, number }: Script): void {
  const name = `multi${number}`;
  send("A", [HOME, ["MULTI"], ["SET", name, "inside"], ["MULTI"]], { until: NESTED });
  send("B", [HOME, ["GET", name], ...someCommands(dice, 3)]);
  send("A", [["GET", name], [dice.pick(["EXEC", "DISCARD", "RESET"])], ["AUTH", "differential"]]);
  send("B", [["GET", name]]);
}

function messages({ dice, send, number }: Script): void {
  const [channel, other] = [`news${number}`, `c${dice.below(4)}`];
  const [value = ""] = fill(":value", dice);
  const subscribe: readonly Command[] = dice.chance(0.25)
    ? [["SSUBSCRIBE", channel, other]]
    : [
        ["SUBSCRIBE", channel, other],
        ["PSUBSCRIBE", "c?", `new*${number}`],
        ["SUBSCRIBE", channel],
      ];
  send("A", [...someCommands(dice, 3), ...subscribe]);
  const publish = subscribe[0]?.[0] === "SSUBSCRIBE" ? "SPUBLISH" : "PUBLISH";
  const published = Array.from({ length: dice.skewed(20) }, (): Command => [publish, channel, value]);
  send("B", [...published, [publish, other, "last"], ["PUBSUB", "NUMSUB", channel]]);
  // In RESP2 a subscriber is refused anything else, in RESP3 it is served.
  send("A", [["GET", "s1"], ["PING"], ["UNSUBSCRIBE", channel, "never"]]);
  send("B", [[publish, channel, "too late"]]);
  send("A", [["UNSUBSCRIBE"], ["PUNSUBSCRIBE"], ["SUNSUBSCRIBE"], ["PING"], ...someCommands(dice, 3)]);
}

/** What blocks, and what ends it. */
function pairs(name: string): readonly (readonly [Command, Command])[] {
  return [
    [
      ["BLPOP", `${name}other`, name, "0"],
      ["RPUSH", name, "a", "b", "c"],
    ],
    [
      ["BRPOP", name, "0"],
      ["LPUSH", name, "a", "b", "c"],
    ],
    [
      ["BLMOVE", name, "l1", "LEFT", "RIGHT", "0"],
      ["RPUSH", name, "a", "b"],
    ],
    [
      ["BLMPOP", "0", "2", name, `${name}other`, "LEFT", "COUNT", "2"],
      ["RPUSH", name, "a", "b", "c"],
    ],
    [
      ["BZPOPMIN", name, "0"],
      ["ZADD", name, "1.5", "a", "2", "b"],
    ],
    [
      ["BZMPOP", "0", "1", name, "MAX"],
      ["ZADD", name, "1.5", "a", "2", "b"],
    ],
    [
      ["XREAD", "BLOCK", "0", "STREAMS", name, "$"],
      ["XADD", name, "5-1", "field", "value"],
    ],
    [
      ["XREAD", "COUNT", "1", "BLOCK", "0", "STREAMS", name, "0"],
      ["XADD", name, "5-1", "f", "v"],
    ],
  ];
}

function blocked({ dice, send, number }: Script): void {
  const name = `blocked${number}`;
  const [wait, end] = dice.pick(pairs(name));
  const behind = dice.chance(0.5)
    ? []
    : [
        ["SET", name + name, "behind"],
        ["GET", name + name],
      ];
  send("A", [HOME, ...someCommands(dice, 3), wait, ...behind], { until: 1 });
  // Who came first is served first; there is enough for both.
  const isCrowded = dice.chance(0.3);
  if (isCrowded) send("C", [HOME, wait], { until: 2 });
  send("B", [HOME, ...someCommands(dice, 3), end, ["EXISTS", name]]);
  send("A", [anyCommand(dice)]);
  if (isCrowded) send("C", [anyCommand(dice)]);
}

function waitedInVain({ dice, send, number }: Script): void {
  const name = `vain${number}`;
  const waits: readonly Command[] = [
    ["BLPOP", name, "0.01"],
    ["BZPOPMAX", name, "0.01"],
    ["BLMOVE", name, name, "LEFT", "LEFT", "0.01"],
    ["XREAD", "BLOCK", "10", "STREAMS", name, "$"],
    ["WAIT", "1", "10"],
  ];
  send("B", [...someCommands(dice, 3), dice.pick(waits), ...someCommands(dice, 3)]);
}

const TRACKING: readonly Command[] = [
  ["CLIENT", "TRACKING", "ON"],
  ["CLIENT", "TRACKING", "ON", "NOLOOP"],
  ["CLIENT", "TRACKING", "ON", "OPTIN"],
  ["CLIENT", "TRACKING", "ON", "OPTOUT"],
];

function invalidations({ dice, send }: Script): void {
  send("A", [["HELLO", "3"]], { compare: "all but id" });
  const reads = Array.from({ length: 1 + dice.below(6) }, () => fill("GET :string", dice));
  send("A", [HOME, dice.pick(TRACKING), ["CLIENT", "CACHING", dice.pick(["YES", "NO"])], ...reads]);
  send("B", [
    HOME,
    ...Array.from({ length: 1 + dice.below(6) }, () => fill("SET :string :value", dice)),
  ]);
  if (dice.chance(0.1)) send("B", [["FLUSHDB"]]);
  send("A", [fill("SET :string :value", dice), ...reads, fill("DEL :string", dice)]);
  send(
    "A",
    [
      ["CLIENT", "TRACKING", "OFF"],
      ["HELLO", dice.pick(["2", "3"])],
    ],
    { compare: "all but id" },
  );
}

/** Broadcast: all keys of a prefix, told once a turn of the server's loop; so one write at a time. */
function broadcasts({ dice, send, number }: Script): void {
  send("A", [["HELLO", "3"]], { compare: "all but id" });
  send("A", [HOME, ["CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", `cast${number}`]]);
  for (let left = 1 + dice.below(4); left > 0; left -= 1) {
    send("B", [HOME, ["SET", `cast${number}:${left}`, "1"]]);
    send("A", [["PING"]]);
  }
  send("A", [
    ["CLIENT", "TRACKING", "OFF"],
    ["CLIENT", "TRACKINGINFO"],
  ]);
}

export const meetings: readonly SceneKind[] = [
  { name: "conflict", weight: 4, write: conflict },
  { name: "interrupted transaction", weight: 3, write: interrupted },
  { name: "messages", weight: 5, write: messages },
  { name: "blocked", weight: 3, write: blocked },
  { name: "waited in vain", weight: 1, write: waitedInVain },
  { name: "invalidations", weight: 3, write: invalidations },
  { name: "broadcasts", weight: 1, write: broadcasts },
];
