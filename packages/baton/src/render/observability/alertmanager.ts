// What Alertmanager gets: an example of how the alerts of one failure become one message.
import { stringify } from "yaml";
import type { Layout } from "../../cluster/types.ts";
import type { RenderedFile, Renderer } from "../renderer.ts";

const NOBODY = "nobody";
const OURS = 'alertname=~"Baton.+"';

export interface RouteOptions {
  /** What a section of receivers may hold; nothing that anybody reads when left out. */
  readonly receiver?: Readonly<Record<string, unknown>>;
  /** How long further alerts of a group are waited for before the first message; 5 s when left out. */
  readonly waitSeconds?: number;
}

/** One message a failure: alerts of one cluster and group belong together for as long as it takes. */
export function alertmanagerConfig({ cluster }: Layout, options: RouteOptions = {}): string {
  const { receiver = { name: NOBODY }, waitSeconds = 5 } = options;
  const config = {
    route: {
      receiver: receiver["name"],
      routes: [
        {
          receiver: receiver["name"],
          matchers: [`cluster="${cluster.name}"`, OURS],
          group_by: ["cluster", "group"],
          group_wait: `${waitSeconds}s`,
          group_interval: "1m",
          repeat_interval: "4h",
        },
      ],
    },
    // Who is woken by the cause needs no second message on what follows from it.
    inhibit_rules: [
      {
        source_matchers: ['severity="critical"', OURS],
        target_matchers: ['severity="warning"', OURS],
        equal: ["cluster", "group"],
      },
    ],
    receivers: [receiver],
  };
  return stringify(config, { lineWidth: 0 });
}

function file(layout: Layout): RenderedFile {
  const head =
    "# Written by Baton. The route and the inhibition below belong into the alertmanager.yml that is\n" +
    '# there already, with a receiver that somebody reads in the place of "nobody".\n';
  const text = head + alertmanagerConfig(layout);
  return { host: undefined, path: "monitoring/alertmanager.yml", readers: "everybody", text };
}

export const alertmanager: Renderer = {
  id: "alertmanager",
  summary:
    "an example of a route for Alertmanager: one message a failure, and causes before consequences.",
  files: ({ layout }) => (layout.agents.length > 0 ? [file(layout)] : []),
};
