// A status and a journal as an agent answers them, for the tests of the page.

const silentNode = { link: null, of: null, offsetBytes: null, lagBytes: null, reason: null };
const heardSentinel = { port: 26_379, state: "heard", tilt: false, reason: null };

export const statusAnswer = {
  observedBy: "h1",
  at: "2026-03-14T09:26:53.589Z",
  groups: [
    {
      name: "orders",
      route: {
        kind: "primary",
        host: "h3",
        address: "127.41.0.13",
        port: 6379,
        epoch: 7,
        confirmed: true,
      },
      problems: [
        { code: "replica-down", severity: "error", message: "h1 does not answer: connection refused" },
      ],
      nodes: [
        { ...silentNode, ...node(1, "a"), role: "unknown", reason: "connection refused" },
        {
          ...silentNode,
          ...node(2, "b"),
          role: "replica",
          link: "connected",
          of: "127.41.0.13:6379",
          lagBytes: 1234,
        },
        { ...silentNode, ...node(3, "c"), role: "primary", offsetBytes: 901_234 },
      ],
      sentinels: [
        {
          ...heardSentinel,
          ...view(1),
          epoch: 6,
          tilt: true,
          primary: redis(1),
          flags: ["master", "s_down"],
        },
        { ...heardSentinel, ...view(2), epoch: 7, primary: redis(3), flags: ["master"] },
        {
          ...heardSentinel,
          ...view(3),
          state: "silent",
          epoch: null,
          primary: null,
          flags: [],
          reason: "no answer within 500 ms",
        },
      ],
    },
  ],
};

function redis(host: number) {
  return { address: `127.41.0.1${host}`, port: 6379 };
}

function node(host: number, zone: string) {
  return { id: `h${host}`, host: `h${host}`, zone, ...redis(host) };
}

function view(host: number) {
  return { id: `h${host}`, address: `127.41.0.1${host}` };
}

export const journalAnswer = {
  entries: [
    {
      at: "2026-03-14T09:26:51.000Z",
      monotonicMs: 1,
      kind: "event",
      group: "orders",
      sentence: "h2 said +sdown",
    },
    {
      at: "2026-03-14T09:26:52.000Z",
      monotonicMs: 2,
      kind: "done",
      group: "orders",
      sentence: "routed to <h3>",
    },
  ],
};
