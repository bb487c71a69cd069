// Alertmanager: an alert that is sent again and again while a notice is open, to each of several.
import { z } from "zod";
import { optionalSecret } from "../../cluster/schema-values.ts";
import { isBareUrl, isInTheClear } from "../../targets/api/secret-url.ts";
import type { Channel, ChannelKind, ChannelSurroundings, Message } from "../channel.ts";
import { type ChannelApi, openChannelApi, PER_SECOND } from "../http.ts";
import type { Notice } from "../notice.ts";
import { timeout } from "./common.ts";

const settings = z
  .strictObject({
    urls: z
      .array(
        z
          .string()
          .max(2048)
          .refine((text) => isBareUrl(text) && !text.endsWith("/"), {
            error: "Expected http://HOST:PORT or https://..., no slash at its end, no user, no query",
          }),
      )
      .min(1)
      .max(8)
      .meta({ description: "All Alertmanagers of a cluster of them, such as `http://10.0.0.9:9093`." }),
    authorization: optionalSecret(
      "The whole value of the header `Authorization`, `Bearer ...` or `Basic ...`, where one is asked for.",
    ),
    timeout: timeout(),
  })
  .refine(({ urls, authorization }) => authorization === undefined || !urls.some(isInTheClear), {
    path: ["urls"],
    error: "Expected https://, or loopback: `authorization` would be sent in the clear",
  });
type Settings = z.output<typeof settings>;

const RENEW_EVERY_MS = 60_000;
/** What is not renewed any more, whoever should have done it, is over by then. */
const ENDS_AFTER_MS = 300_000;
const SEVERITIES = { error: "critical", warning: "warning", info: "info" } as const;

function alertOf(
  { group, kind, id, title, lines, startedAt }: Notice,
  { cluster, severity, endsMs }: { cluster: string; severity: string; endsMs: number },
) {
  const about = group === "" ? {} : { group };
  return {
    labels: { alertname: "BatonNotice", cluster, ...about, kind, notice: id, severity },
    annotations: { summary: title, description: lines.join("\n") },
    startsAt: startedAt,
    endsAt: new Date(Math.max(endsMs, Date.parse(startedAt) + 1)).toISOString(),
  };
}

/** A label that changes makes it another alert: the one that was ends. */
function alertsOf({ notice, as, reference }: Message, cluster: string, wallMs: number) {
  const severity = SEVERITIES[notice.severity];
  const before = reference?.["severity"];
  const endsMs = as === "close" ? wallMs : wallMs + ENDS_AFTER_MS;
  const present = alertOf(notice, { cluster, severity, endsMs });
  if (before === undefined || before === severity) return [present];
  return [alertOf(notice, { cluster, severity: before, endsMs: wallMs }), present];
}

/** One that has taken it is enough: the others are told again within a minute. */
async function toSome(apis: readonly ChannelApi[], body: unknown, signal: AbortSignal): Promise<void> {
  const asked = { method: "POST", path: "/api/v2/alerts", body } as const;
  const sent = await Promise.allSettled(apis.map(async (api) => await api.ask(asked, signal)));
  const refused = sent.filter((one) => one.status === "rejected");
  if (refused.length === sent.length) throw refused[0]?.reason;
}

async function open(
  { urls, authorization: reference, timeout: deadlineMs }: Settings,
  { name, cluster, readSecret, pacerOf, wallMs }: ChannelSurroundings,
): Promise<Channel> {
  const authorization = reference && (await readSecret(`of channel ${name}`, reference));
  const proof = authorization === undefined ? {} : { sign: () => ({ authorization }) };
  const apis = urls.map((base) =>
    openChannelApi({
      vendor: "Alertmanager",
      base,
      pacer: pacerOf(`alertmanager ${base}`, PER_SECOND * 10),
      secrets: authorization === undefined ? [] : [authorization],
      ...proof,
    }),
  );
  return {
    deadlineMs,
    async send(message, signal) {
      await toSome(apis, alertsOf(message, cluster, wallMs()), signal);
      return { severity: SEVERITIES[message.notice.severity] };
    },
    async close() {
      await Promise.all(apis.map((api) => api.close()));
    },
  };
}

export const alertmanager: ChannelKind<Settings> = {
  id: "alertmanager",
  summary: "keeps an alert firing in one Alertmanager or several, with routes and silences of theirs",
  tier: "real",
  facts: {
    shown: "one alert `BatonNotice` with cluster, group, kind, notice and severity as labels",
    twice: "is the same alert: it has the same labels",
    credential: "none, or what stands in front of Alertmanager asks for",
  },
  updates: () => true,
  renewEveryMs: RENEW_EVERY_MS,
  settings,
  open,
};
