// What an example breaks, and how that is put right again.

const others = ({ hosts }, host) => [
  "clients",
  ...hosts.map(({ name }) => name).filter((name) => name !== host),
];
const momentOf = ({ atMonotonicMs }) => atMonotonicMs;

/**
 * `isPlanned`: nothing may be lost. `isSilent`: nothing is refused, so that the first unanswered ping tells,
 * and Sentinel sends one a second. `wires`: the lab has to be able to cut.
 */
export const STEPS = {
  freeze: {
    title: "the primary hangs: its port is open, and nobody answers",
    isSilent: true,
    break: async (lab, host) => momentOf(await lab.run("lab", "stop", host)),
    cure: async (lab, host) => momentOf(await lab.run("lab", "cont", host)),
  },
  kill: {
    title: "the primary's process dies",
    break: async (lab, host) => momentOf(await lab.run("lab", "kill", host)),
    cure: async (lab, host) => momentOf(await lab.run("lab", "start", host)),
  },
  partition: {
    title: "the primary's host is cut off, in both directions, and goes on by itself",
    isSilent: true,
    wires: true,
    async break(lab, host) {
      const cuts = others(lab, host).map((other) => lab.run("lab", "cut", host, other));
      return Math.min(...(await Promise.all(cuts)).map(momentOf));
    },
    cure: async (lab) => momentOf(await lab.run("lab", "heal")),
  },
  switchover: {
    title: "the primary hands over, as planned",
    isPlanned: true,
    async break(lab, _host, nowMs) {
      const atMs = nowMs();
      await lab.run("switchover");
      return atMs;
    },
  },
};
