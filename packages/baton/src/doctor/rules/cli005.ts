// CLI005: a long-running client that learns of a switch only when its connection breaks.
import { listensToSwitches, usesOf } from "../clients.ts";
import { recordOf, resolve } from "../code/program.ts";
import type { ClientFile, ClientUse } from "../facts-clients.ts";
import type { Rule } from "../rule.ts";

/** What keeps a Python process running: it serves. */
const SERVES =
  /^(flask|fastapi|django|starlette|aiohttp|tornado|celery|sanic|falcon|quart|uvicorn|gunicorn)\b/;
const options = 'sentinels: [{ host: "s1", port: 26379 }, { host: "s2", port: 26379 }], name: "main"';

export const cli005: Rule = {
  id: "CLI005",
  title: "pooled connections outlive the primary",
  severity: "warning",
  why:
    "After SENTINEL FAILOVER, a thaw or a restart the old primary takes writes for " +
    "another 10 s, until Sentinel demotes " +
    "it. A client that neither follows +switch-master nor replaces its connections keeps " +
    "writing to it, without one error.",
  fix:
    "Subscribe to +switch-master on every Sentinel and drop the pool on it, or limit the " +
    "age of connections to a second " +
    "or two.",
  evidence:
    "Measured: 530 to 554 acknowledged writes lost at 50 a second, 44 to 63 with either of the two.",
  sees: ["static"],
  bad: {
    about: "ioredis does not listen unless it is told to.",
    files: {
      "app/redis.ts": `import Redis from "ioredis";\nexport const redis = new Redis({ ${options} });\n`,
    },
  },
  good: {
    about: "A subscriber drops the connection on a switch.",
    files: {
      "app/redis.ts":
        `import Redis from "ioredis";\nexport const redis = new Redis({ ${options} });\n` +
        'for (const subscriber of subscribers) {\n  subscriber.subscribe("+switch-master");\n' +
        '  subscriber.on("message", () => redis.disconnect(true));\n}\n',
    },
  },
  *check(facts) {
    if (listensToSwitches(facts)) return;
    for (const { use, file } of usesOf(facts)) {
      if (use.follows !== "sentinel" || use.role === "replica" || !isBlind(use, file)) continue;
      const message = `${use.api} keeps its connections, and no code given follows +switch-master.`;
      yield { place: use.place, message };
    }
  },
};

/** Whether the library keeps connections across a switch and this process lives long enough to see one. */
function isBlind(use: ClientUse, file: ClientFile): boolean {
  if (use.library === "ioredis") return use.isWhole && !hasDetector(use, file);
  const isLasting = file.program.calls.some(({ loop }) => loop === "endless");
  if (use.library === "redis-plus-plus")
    return isLasting && use.isWhole && use.options.lifetimeMs === undefined;
  if (use.library !== "redis-py") return false;
  return isLasting || file.program.imports.some(({ module }) => SERVES.test(module));
}

function hasDetector({ made }: ClientUse, { program }: ClientFile): boolean {
  const found = made.arguments.map((value) => recordOf(program, value)?.values.get("failoverDetector"));
  const given = found.find((value) => value !== undefined);
  const value = given && resolve(program, given);
  return value !== undefined && !(value.kind === "boolean" && !value.isTrue);
}
