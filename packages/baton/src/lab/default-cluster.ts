// The cluster of a lab without a file of its own: examples/smallest.yml, as a test makes sure.

export const defaultCluster = `name: smallest
objectives:
  rto: 3s
  rpo: 5s
hosts:
  - { name: h1, address: 10.77.0.11, zone: a, runs: [redis, sentinel, agent] }
  - { name: h2, address: 10.77.0.12, zone: b, runs: [redis, sentinel, agent] }
  - { name: h3, address: 10.77.0.13, zone: c, runs: [redis, sentinel, agent] }
  - { name: app, address: 10.77.0.20, zone: a, runs: [router] }
`;
