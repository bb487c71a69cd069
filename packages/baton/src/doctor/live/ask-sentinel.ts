// Asks one Sentinel everything that doctor wants to know of it. Changes nothing, and casts no vote.
import type { Endpoint } from "../../cluster/types.ts";
import type { Door } from "../../redis/door.ts";
import { asList, asText, StrangeReply } from "../../redis/replies.ts";
import type { LiveSentinel, LiveView } from "../facts.ts";
import type { Row } from "./answers.ts";
import { askOne, fieldsOf, infoOf, type Login, rowsOf, type Surroundings } from "./question.ts";
import { withoutPasswords } from "./redact.ts";

const GROUPS_MAX = 64;
const ROWS_MAX = 256;

export async function askSentinel(
  endpoint: Endpoint,
  login: Login,
  surroundings: Surroundings,
): Promise<LiveSentinel> {
  const place = { address: endpoint.address, port: endpoint.port };
  const answer = await askOne(endpoint, login, surroundings, async (door) => {
    const { info, clock } = await infoOf(door, ["INFO"], surroundings.clock);
    if (info.get("redis_mode") !== "sentinel")
      throw new StrangeReply("INFO of a Sentinel", `redis_mode:${info.get("redis_mode") ?? ""}`);
    const [masters, myId, settings, timers, scripts] = await door.batch([
      ["SENTINEL", "MASTERS"],
      ["SENTINEL", "MYID"],
      ["SENTINEL", "CONFIG", "GET", "*"],
      ["SENTINEL", "DEBUG"],
      ["SENTINEL", "PENDING-SCRIPTS"],
    ]);
    if (masters instanceof Error) throw masters;
    const primaries = rowsOf(masters, "SENTINEL MASTERS", GROUPS_MAX) ?? [];
    const groupsLeft = asList(masters, "SENTINEL MASTERS").length - primaries.length;
    const found = fieldsOf(settings, "SENTINEL CONFIG GET");
    const debug = fieldsOf(timers, "SENTINEL DEBUG");
    const pending = rowsOf(scripts, "SENTINEL PENDING-SCRIPTS", ROWS_MAX);
    return {
      ...place,
      info,
      groups: await viewsOf(door, primaries),
      ...(groupsLeft > 0 && { groupsLeft }),
      ...(clock && { clock }),
      ...(typeof myId === "string" && { myId }),
      ...(found && { settings: withoutPasswords(found) }),
      ...(debug && { timers: new Map([...debug].map(([name, text]) => [name.toLowerCase(), text])) }),
      ...(pending && { scripts: pending }),
    };
  });
  return "silence" in answer ? { ...place, groups: new Map(), silence: answer.silence } : answer;
}

async function viewsOf(door: Door, primaries: readonly Row[]): Promise<ReadonlyMap<string, LiveView>> {
  const views = await Promise.all(primaries.map((primary) => viewOf(door, primary)));
  return new Map(views.flat());
}

async function viewOf(door: Door, primary: Row): Promise<readonly (readonly [string, LiveView])[]> {
  const name = primary.get("name");
  if (name === undefined) throw new StrangeReply("a name in SENTINEL MASTERS", [...primary]);
  const [replicas, sentinels, quorum] = await door.batch([
    // The older name is the one that every version and every ACL knows.
    ["SENTINEL", "SLAVES", name],
    ["SENTINEL", "SENTINELS", name],
    ["SENTINEL", "CKQUORUM", name],
  ]);
  // A group can be removed between two questions; then it is none.
  if (replicas instanceof Error && sentinels instanceof Error) return [];
  const view: LiveView = {
    primary,
    replicas: rowsOf(replicas, "SENTINEL SLAVES", ROWS_MAX) ?? [],
    sentinels: rowsOf(sentinels, "SENTINEL SENTINELS", ROWS_MAX) ?? [],
    // NOQUORUM comes as an error.
    checkQuorum: quorum instanceof Error ? quorum.message : asText(quorum, "SENTINEL CKQUORUM"),
  };
  return [[name, view]];
}
