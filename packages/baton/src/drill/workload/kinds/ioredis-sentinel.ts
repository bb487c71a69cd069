// For comparison: what most Node applications run.
import { openSentinelClient } from "../ioredis-sentinel.ts";
import type { ClientKind } from "../kind.ts";

export const ioredisSentinel: ClientKind = {
  id: "ioredis-sentinel",
  summary: "ioredis in its own Sentinel mode, with its defaults",
  way: "sentinel",
  manner: "default",
  shortName: "ioredis",
  needs: [],
  open({ id, lab, group }) {
    const sentinels = lab.layout.sentinels.map(({ address, port }) => ({ host: address, port }));
    const { application: password, tls } = lab.secrets;
    return Promise.resolve(openSentinelClient({ id, sentinels, group: group.name, password, tls }));
  },
};
