// The dashboard of Grafana as one object: its variables, and the rows in the order in which one looks.
import { laidOut } from "./panel.ts";
import { alerts, drills, nodes } from "./rows-care.ts";
import { exporter, router, targets } from "./rows-clients.ts";
import { groups, overview, replicas, sentinels } from "./rows-groups.ts";

const SCHEMA_VERSION = 38;
const ALL = { selected: true, text: ["All"], value: ["$__all"] };

const ROWS = [
  overview,
  groups,
  replicas,
  sentinels,
  router,
  targets,
  nodes,
  drills,
  alerts,
  exporter,
] as const;

const source = {
  name: "datasource",
  label: "Prometheus",
  type: "datasource",
  query: "prometheus",
  hide: 0,
  refresh: 1,
} as const;

/** All of them at first; a Prometheus without the label `cluster` finds its groups, too. */
const choice = (name: string, query: string): object => ({
  name,
  label: name,
  type: "query",
  datasource: { type: "prometheus", uid: "${datasource}" },
  query: { query, refId: name },
  definition: query,
  multi: true,
  includeAll: true,
  allValue: ".*",
  current: ALL,
  refresh: 2,
  sort: 1,
  hide: 0,
});

/** Every query, with the title of its panel. */
export function dashboardQueries(): readonly { readonly panel: string; readonly expr: string }[] {
  return ROWS.flatMap(({ panels }) =>
    panels.flatMap(({ title, queries }) => queries.map(({ expr }) => ({ panel: title, expr }))),
  );
}

export function dashboard(): object {
  return {
    uid: "baton",
    title: "Baton",
    description: "Redis with Sentinel, and everything around it, as the agents of Baton see it.",
    tags: ["baton", "redis"],
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: "10s",
    time: { from: "now-1h", to: "now" },
    timezone: "browser",
    templating: {
      list: [
        source,
        choice("cluster", "label_values(baton_info, cluster)"),
        choice("group", 'label_values(baton_sentinels{cluster=~"$cluster"}, group)'),
      ],
    },
    annotations: {
      list: [
        {
          name: "Failovers and switchovers",
          datasource: { type: "prometheus", uid: "${datasource}" },
          enable: true,
          iconColor: "orange",
          expr: 'changes(group:baton_sentinel_epoch:max{cluster=~"$cluster",group=~"$group"}[1m]) > 0',
          titleFormat: "{{cluster}} {{group}}",
          textFormat: "the primary has moved",
          step: "60s",
        },
      ],
    },
    panels: laidOut(ROWS),
  };
}
