// The cluster of a lab in which every link means one thing: Sentinels and the router are on hosts and in
// zones of their own, so that a cut between two hosts is a cut between two processes.

export const apartCluster = `name: apart
objectives:
  rto: 3s
  rpo: 5s
hosts:
  - { name: d1, address: 10.77.0.11, zone: a, runs: [redis] }
  - { name: d2, address: 10.77.0.12, zone: b, runs: [redis] }
  - { name: d3, address: 10.77.0.13, zone: c, runs: [redis] }
  - { name: s1, address: 10.77.0.21, zone: a, runs: [sentinel, agent] }
  - { name: s2, address: 10.77.0.22, zone: b, runs: [sentinel, agent] }
  - { name: s3, address: 10.77.0.23, zone: c, runs: [sentinel, agent] }
  - { name: app, address: 10.77.0.30, zone: d, runs: [router] }
`;
