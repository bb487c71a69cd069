// SEN033: a Sentinel whose announced address was emptied at run time.
import { sentinelSetting } from "../settings.ts";
import { placeAt, voicesOf } from "../live/answers.ts";
import type { Facts, SentinelInstance } from "../facts.ts";
import type { Rule } from "../rule.ts";

/** Whom it counts in one of its groups, and who all count without it. */
function forgottenBy({ groups }: Facts, { live }: SentinelInstance): boolean {
  const own = live?.myId;
  return groups.some((group) => {
    const voices = voicesOf(group);
    const rows = voices.find(({ sentinel }) => sentinel === live)?.view.sentinels ?? [];
    const known = new Set(rows.map((row) => row.get("runid")));
    const peers = voices.filter(({ sentinel }) => known.has(sentinel.myId));
    const views = peers.flatMap(({ view }) => view.sentinels);
    return own !== undefined && peers.length > 0 && views.every((row) => row.get("runid") !== own);
  });
}

export const sen033: Rule = {
  id: "SEN033",
  title: "announce-ip was emptied at run time",
  severity: "error",
  why:
    "SENTINEL CONFIG SET announce-ip with an empty value makes this Sentinel send messages without an " +
    "address. Its peers drop it from their lists, so that it has no vote any more, and nothing says so.",
  fix: "SENTINEL CONFIG SET announce-ip with its real address; when it does not come back, restart it.",
  evidence: "measured on 7.0.15: gone from the lists of its peers",
  since: "6.2",
  sees: ["live"],
  *check(facts) {
    for (const sentinel of facts.sentinels) {
      const { config, live } = sentinel;
      if (live?.settings?.get("announce-ip") !== "") continue;
      const written = config && sentinelSetting({ config }, "sentinel announce-ip");
      const isWritten = written !== undefined && written.origin === "file" && written.text !== "";
      if (!isWritten && !forgottenBy(facts, sentinel)) continue;
      const expected = isWritten && !written.isUnknown ? written.text : "its own address, or a restart";
      const found = "announce-ip is empty in the running Sentinel, and none of its peers may know it";
      yield { place: placeAt(live), message: `${found}; expected ${expected}` };
    }
  },
};
