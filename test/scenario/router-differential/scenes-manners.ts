// Scenes of one session that uses more than single commands: transactions, scripts, protocols, passwords.
import { anyCommand, anyMistake, someCommands } from "./commands.ts";
import type { SceneKind, Script } from "./script.ts";
import { type Command, fill } from "./words.ts";

/** Of the default user, and of one that may read and write strings only. */
export const PASSWORD = "differential";
export const LIMITED = "limited";

const SCRIPTS: readonly (readonly [string, string])[] = [
  ["return redis.call('SET', KEYS[1], ARGV[1])", ":string"],
  ["return redis.call('LRANGE', KEYS[1], 0, -1)", ":list"],
  ["return redis.pcall('INCR', KEYS[1])", ":key"],
  ["return redis.call('INCR', KEYS[1])", ":list"],
  ["return {1, 2.7, 'three', {4, {5, false, nil, 6}}}", ":key"],
  ["return redis.error_reply('MINE ' .. KEYS[1])", ":key"],
  ["return redis.status_reply(ARGV[1]:gsub('%c', ' '))", ":key"],
  ["redis.setresp(3); return redis.call('HGETALL', KEYS[1])", ":hash"],
  ["return {double = 3.25}", ":key"],
  ["return {map = {a = {set = {x = true}}}}", ":key"],
  ["return {set = {x = true}}", ":key"],
  ["return {big_number = '12345678901234567890123'}", ":key"],
  ["return {verbatim_string = {format = 'txt', string = ARGV[1]}}", ":key"],
  ["return true", ":key"],
  ["return false", ":key"],
  ["return nonsense", ":key"],
  ["this is no Lua", ":key"],
];

function script({ dice, send }: Script): void {
  const commands = Array.from({ length: 1 + dice.below(6) }, (): readonly Command[] => {
    const [source, word] = dice.pick(SCRIPTS);
    const [key = ""] = fill(word, dice);
    const [argument = ""] = fill(":value", dice);
    const call = [source, "1", key, argument];
    if (dice.chance(0.6)) return [[dice.chance(0.8) ? "EVAL" : "EVAL_RO", ...call]];
    const load = ["SCRIPT", "LOAD", "return #KEYS + #ARGV"];
    const digest = "6e550ab7cf45e2ef5d2af047fbc92dd7594f4005";
    const known = ["EVALSHA", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "0"];
    return [load, ["SCRIPT", "EXISTS", digest, "no"], known, ["EVALSHA", digest, "1", key, argument]];
  });
  send(dice.pick(["A", "B"]), commands.flat());
}

const LIBRARY = `#!lua name=differential
redis.register_function('put', function(keys, args) return redis.call('SET', keys[1], args[1]) end)
redis.register_function{function_name='look', flags={'no-writes'},
  callback=function(keys) return redis.call('GET', keys[1]) end}`;

function functions({ dice, send }: Script): void {
  const [key = "", argument = ""] = [...fill(":string", dice), ...fill(":value", dice)];
  send("A", [
    ["FUNCTION", "LOAD", LIBRARY],
    ["FUNCTION", "LOAD", ...(dice.chance(0.5) ? ["REPLACE"] : []), LIBRARY],
    ["FCALL", "put", "1", key, argument],
    ["FCALL_RO", dice.pick(["look", "put"]), "1", key],
    ["FUNCTION", "LIST", "WITHCODE"],
    ["FUNCTION", "STATS"],
    ["FUNCTION", "DELETE", "differential"],
    ["FUNCTION", "LOAD", "#!lua name=broken\nnonsense"],
  ]);
}

function transaction({ dice, send }: Script): void {
  const body = Array.from({ length: dice.skewed(14) }, () =>
    dice.chance(0.06) ? anyMistake(dice) : anyCommand(dice),
  );
  // Both would change the session inside, or end the transaction before its end.
  const harmless = body.filter(([name = ""]) => !["EXEC", "DISCARD", "SUBSCRIBE"].includes(name));
  const end = dice.chance(0.8) ? "EXEC" : "DISCARD";
  send(dice.pick(["A", "B"]), [["MULTI"], ...harmless, [end], ...someCommands(dice, 4)]);
}

function greeting({ dice, send }: Script): void {
  const version = dice.pick(["2", "3", "3"]);
  const hello: readonly Command[] = [
    ["HELLO"],
    ["HELLO", version],
    ["HELLO", version, "AUTH", "default", PASSWORD, "SETNAME", `name-${dice.below(9)}`],
    ["HELLO", version, "AUTH", "default", "wrong"],
    ["HELLO", version, "SETNAME", "not\nallowed"],
    ["HELLO", "4"],
  ];
  const actor = dice.pick(["A", "B"] as const);
  send(actor, [dice.pick(hello)], { compare: "all but id" });
  send(actor, [["CLIENT", "GETNAME"], ...someCommands(dice, 8)]);
}

/** Every type that RESP3 has, attributes and a push among the replies included. */
function types({ dice, send }: Script): void {
  const kinds = ["string", "integer", "double", "null", "array", "set", "map", "attrib", "push"];
  kinds.push("verbatim", "true", "false", "bignum");
  const asked = Array.from({ length: 1 + dice.below(12) }, (): Command => {
    return dice.chance(0.7) ? ["DEBUG", "PROTOCOL", dice.pick(kinds)] : anyCommand(dice);
  });
  send("B", [["HELLO", "3"]], { compare: "all but id" });
  send("B", [...asked, ["DEBUG", "NOTHING"]]);
  send("B", [["HELLO", dice.pick(["2", "3"])]], { compare: "all but id" });
}

function silence({ dice, send }: Script): void {
  const actor = dice.pick(["A", "B"] as const);
  const silent = (): Command => (dice.chance(0.2) ? anyMistake(dice) : anyCommand(dice));
  const hushed = ["AUTH", "EXEC", "DISCARD", "CLIENT", "HELLO", "SUBSCRIBE"];
  const body = Array.from({ length: dice.skewed(10) }, silent).filter(
    ([name = ""]) => !hushed.includes(name),
  );
  const off: readonly Command[] = [["CLIENT", "REPLY", "OFF"], ...body, ["CLIENT", "REPLY", "ON"]];
  const skip = body.flatMap((command): Command[] => [["CLIENT", "REPLY", "SKIP"], command]);
  const loud = someCommands(dice, 4);
  send(actor, dice.chance(0.5) ? [...loud, ...off, ...loud] : [...loud, ...skip, ...loud]);
}

function login({ dice, send }: Script): void {
  const reset: readonly Command[] = [["RESET"]];
  const within: readonly Command[] = [["MULTI"], ["SET", "s1", "never"], ["RESET"]];
  const tries: readonly Command[] = [
    // Nothing longer: without a password ten arguments are all that Redis reads.
    fill("APPEND :string :value", dice),
    ["AUTH", "wrong"],
    ["AUTH", "nobody", "wrong"],
    ["AUTH", LIMITED, LIMITED],
    fill("GET :string", dice),
    fill("GET :list", dice),
    fill("DEL :string", dice),
    ["ACL", "WHOAMI"],
  ];
  const some = tries.filter(() => dice.chance(0.8));
  const actor = dice.pick(["A", "B"] as const);
  send(actor, [...(dice.chance(0.3) ? within : reset), ...some, ["AUTH", PASSWORD]]);
}

/** Never the same twice: only that something of the right kind comes, and that the next reply fits. */
const UNSTEADY: readonly Command[] = [
  ["CLIENT", "ID"],
  ["CLIENT", "INFO"],
  ["CLIENT", "LIST"],
  ["INFO"],
  ["INFO", "server"],
  ["TIME"],
  ["LASTSAVE"],
  ["SLOWLOG", "LEN"],
  ["MEMORY", "STATS"],
  ["ROLE"],
];

export const manners: readonly SceneKind[] = [
  { name: "script", weight: 7, write: script },
  { name: "functions", weight: 2, write: functions },
  { name: "transaction", weight: 7, write: transaction },
  { name: "greeting", weight: 3, write: greeting },
  { name: "types of RESP3", weight: 3, write: types },
  { name: "silence", weight: 3, write: silence },
  { name: "login", weight: 3, write: login },
  {
    name: "database",
    weight: 4,
    write({ dice, send }) {
      const select = (): Command => ["SELECT", dice.pick(["0", "0", "1", "2", "99"])];
      send(dice.pick(["A", "B"]), [select(), ...someCommands(dice, 6), select(), anyCommand(dice)]);
    },
  },
  {
    name: "unsteady reply",
    weight: 2,
    write: ({ dice, send }) => send("A", [dice.pick(UNSTEADY)], { compare: "kind" }),
  },
  {
    name: "quit",
    weight: 1,
    write({ dice, send }) {
      send("B", [...someCommands(dice, 6), ["QUIT"]], { until: "closed" });
      send("B", someCommands(dice, 6));
    },
  },
];
