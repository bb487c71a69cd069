// The layer table of ARCHITECTURE.md as rules. A layer may import itself, what its row names, and nothing else of ours.
const src = "^packages/baton/src";

/** Folders that may be imported by each folder; errors.ts and files of the folder itself are always allowed. */
const layers = {
  sys: [],
  redis: ["sys"],
  // sys/tls for a type: what a process holds.
  cluster: ["sys/files", "sys/tls"],
  // Pure words for Prometheus: not even the metrics' table, against which a test holds them.
  alerts: [],
  render: ["alerts", "cluster"],
  observe: ["cluster", "redis", "sys"],
  decide: ["cluster/types", "cluster/shared-keys", "cluster/drill-note", "observe/types"],
  act: ["decide/types", "cluster/types", "fence", "redis", "sys"],
  fence: ["cluster/types", "redis", "sys"],
  router: ["decide/types", "cluster/types", "redis", "sys"],
  targets: ["decide/types", "cluster/types", "cluster/schema-values", "redis", "sys"],
  // What a request to a vendor's API has to keep is the same for both.
  notify: [
    "cluster/types",
    "cluster/drill-note",
    "cluster/schema-values",
    "cluster/shared-keys",
    "decide/types",
    "journal/incidents",
    "redis/door",
    "targets/api/api",
    "targets/api/pacer",
    "targets/api/refusal",
    "targets/api/secret-url",
    "targets/target",
    "sys",
  ],
  journal: ["sys"],
  // sys/keys for a type: what a person has pressed.
  status: ["cluster", "observe/types", "decide", "sys/keys"],
  metrics: [
    "cluster/types",
    // What the cluster file asks of a running node.
    "cluster/watched-settings",
    "observe/types",
    "decide",
    "router/router",
    "router/read-router",
    "router/pool",
    "router/durations",
    "journal/journal",
    "sys/clock",
  ],
  http: ["cluster/types", "status", "journal", "sys"],
  agent: [
    "fence",
    "maintenance",
    "switchover",
    "act",
    "cluster",
    "decide",
    "observe",
    "router",
    "redis",
    "journal",
    "http",
    "metrics",
    "notify",
    "status",
    "targets",
    "sys",
  ],
  // render/acl for the one user that no rendered file has.
  "node-start": ["cluster", "decide/agree", "decide/types", "observe", "redis", "render/acl", "sys"],
  converge: [
    "cluster",
    "decide/agree",
    "node-start",
    "observe",
    "redis",
    "render/host/places",
    "switchover",
    "sys",
  ],
  deploy: ["cluster", "render", "sys"],
  adopt: [
    "cluster",
    "render/host/places",
    "render/redis-conf",
    "doctor/facts",
    "doctor/live/answers",
    "doctor/live/ask",
    "doctor/live/question",
    "doctor/settings-defaults",
    "doctor/values",
    "redis/capabilities",
    "redis/replies",
  ],
  lab: ["cluster", "render", "redis", "sys"],
  maintenance: ["cluster/types", "cluster/shared-keys", "decide/agree", "observe", "redis", "sys"],
  switchover: [
    "cluster/types",
    "cluster/shared-keys",
    "decide/types",
    "decide/agree",
    "observe",
    "fence",
    "redis",
    "sys",
  ],
  doctor: ["cluster", "render", "redis", "sys"],
  // Of cluster, besides its types, how a file is read (a scenario is one, too) and how hosts are reached.
  drill: [
    "lab",
    "redis",
    "sys",
    "cluster/drill-note",
    "cluster/duration",
    "cluster/issues",
    "cluster/layout",
    "cluster/shared-keys",
    "cluster/ssh-way",
    "cluster/types",
    "cluster/yaml-source",
    "converge/units",
    // A drill reads targets past the agents, with the kinds' own eyes.
    "targets",
  ],
  proof: ["cluster/text", "lab", "redis", "sys"],
};

const layerRules = Object.entries(layers).map(([layer, allowed]) => ({
  name: `${layer}-imports-only-its-row`,
  comment: `${layer} may import: ${["itself", ...allowed].join(", ")}`,
  severity: "error",
  from: { path: `${src}/${layer}/`, pathNot: "[.](test|fixture)[.]tsx?$" },
  to: {
    path: "^packages/",
    pathNot: [
      `${src}/errors[.]ts$`,
      `${src}/${layer}/`,
      ...(layer === "drill" ? ["^packages/client/", "^packages/dashboard/src/drawings/"] : []),
      ...allowed.map((name) => (name.includes("/") ? `${src}/${name}[.]ts$` : `${src}/${name}/`)),
    ],
  },
}));

/** Node's modules that would make a pure layer impure. */
const impure =
  "^(node:)?(fs|net|http|https|child_process|dns|os|tls|timers|cluster|worker_threads|process|perf_hooks)(/|$)";
const pureRules = ["alerts", "cluster", "render", "decide", "status"].map((layer) => ({
  name: `${layer}-is-pure`,
  comment: "no disk, network, clock or process in the pure middle",
  severity: "error",
  from: { path: `${src}/${layer}/`, pathNot: "[.](test|fixture)[.]tsx?$" },
  to: { path: impure },
}));

export default {
  forbidden: [
    ...layerRules,
    ...pureRules,
    {
      name: "doctor-is-pure",
      comment: "what judges takes texts and answers; isIP alone is not worth a rule against node:net",
      severity: "error",
      from: {
        path: `${src}/doctor/`,
        pathNot: [`${src}/doctor/(gather|live/|code/syntax[.])`, "[.](test|fixture)[.]tsx?$"],
      },
      to: { path: [impure.replace("|net|", "|"), `${src}/(redis|sys)/`] },
    },
    {
      name: "adopt-drafts-purely",
      comment: "only look.ts asks anybody; isIP alone is not worth a rule against node:net",
      severity: "error",
      from: {
        path: `${src}/adopt/`,
        pathNot: [`${src}/adopt/look[.]ts$`, "[.](test|fixture)[.]tsx?$"],
      },
      to: { path: [impure.replace("|net|", "|"), `${src}/doctor/live/(ask|question)`] },
    },
    {
      name: "ioredis-only-at-the-edge",
      comment:
        "everybody else uses the typed door of redis/; a drill's clients are the thing that is measured",
      severity: "error",
      from: {
        path: "^packages/baton/src/",
        pathNot: [`${src}/redis/`, `${src}/drill/workload/`, "[.](test|fixture)[.]tsx?$"],
      },
      to: { path: "node_modules/ioredis" },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only", "dynamic-import"] } },
    },
    {
      name: "drill-judges-from-outside",
      comment: "a drill that used the agent's own eyes would believe the agent",
      severity: "error",
      from: { path: `${src}/drill/` },
      to: { path: `${src}/(agent|act|decide|observe)/` },
    },
    {
      name: "nobody-imports-commands",
      severity: "error",
      from: { path: "^packages/", pathNot: [`${src}/commands/`, `${src}/cli[.]ts$`] },
      to: { path: `${src}/commands/` },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/dist/" },
    enhancedResolveOptions: {
      conditionNames: ["source", "import", "node", "default"],
      exportsFields: ["exports"],
    },
  },
};
