// CLI014: a listener for +switch-master that trusts one Sentinel.
import { shown } from "../clients.ts";
import { objectOf } from "../code/clients/values.ts";
import type { Call, Value } from "../code/program.ts";
import type { ClientFile, ClientUse } from "../facts-clients.ts";
import type { Rule } from "../rule.ts";

const listener = (host: string): string =>
  `  const listener = new Redis({ host: ${host}, port: 26379, connectTimeout: 500 });\n` +
  '  listener.subscribe("+switch-master");\n  listener.on("message", reconnect);\n';

export const cli014: Rule = {
  id: "CLI014",
  title: "+switch-master of one Sentinel only",
  severity: "info",
  why:
    "Each Sentinel tells of the switch by itself, the leader about a second after the " +
    "others, and one that is down or cut off not " +
    "at all: often it is the one on the host that failed.",
  fix: "Subscribe on every Sentinel, and let the second news of the same switch do nothing.",
  evidence: "Measured: the leader's event comes about 1 s after those of the observers.",
  sees: ["static"],
  bad: {
    about: "One Sentinel's events.",
    files: { "app/switch.ts": `import Redis from "ioredis";\n{\n${listener('"10.0.0.4"')}}\n` },
  },
  good: {
    about: "Those of every Sentinel.",
    files: {
      "app/switch.ts": `import Redis from "ioredis";\nfor (const host of nodes) {\n${listener("host")}}\n`,
    },
  },
  *check(facts) {
    const found = facts.clients.flatMap((file) => subscriptions(file));
    const [first, ...others] = found;
    // One that cannot be told may be the other one.
    if (first === undefined || others.length > 0) return;
    const { address } = first.use ?? {};
    if (address?.value === undefined || first.call.loop !== "none") return;
    const message = `Only ${shown(address.value)} is listened to for +switch-master.`;
    yield { place: first.call.place, message };
  },
};

interface Subscription {
  readonly call: Call;
  readonly use?: ClientUse;
}

function subscriptions({ program, uses }: ClientFile): readonly Subscription[] {
  const calls = program.calls.filter(
    ({ name, arguments: values }) => /^p?subscribe$/i.test(name) && values.some(isSwitch),
  );
  return calls.map((call) => {
    // `client.pubsub()` and `client.duplicate()` are connections to the same server.
    const made = objectOf(program, call.receiver);
    const isOther = made !== undefined && /^(pubsub|duplicate|subscriber)$/.test(made.name);
    const origin = isOther ? objectOf(program, made.receiver) : made;
    const use = uses.find((one) => one.made === origin);
    return { call, ...(use && { use }) };
  });
}

function isSwitch(value: Value): boolean {
  if (value.kind === "list") return value.items.some((item) => item.kind === "text" && isSwitch(item));
  return value.kind === "text" && value.text === "+switch-master";
}
