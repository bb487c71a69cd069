// RED008 put to the test.
import { testRule } from "../rule.fixture.ts";
import { red008 } from "./red008.ts";

const sentinel = "sentinel monitor main 10.0.0.1 6379 2\nsentinel down-after-milliseconds main 5000\n";
const conf = (folder: string, more = "appendonly yes\n"): string =>
  `bind 10.0.0.1\nport 6379\ndir ${folder}\n${more}`;
const unit = (lines: string): string =>
  `[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf\nRestart=always\n${lines}`;
const host = (folder: string, lines: string) => ({
  "h1/redis.conf": conf(folder),
  "h1/redis.service": unit(lines),
  "h1/sentinel.conf": sentinel,
});
const compose = (redis: string): string =>
  `services:\n  redis:\n    image: redis:7.2.5\n    restart: always\n${redis}` +
  "  sentinel:\n    image: redis:7.2.5\n    command: redis-sentinel /etc/sentinel.conf\n";
const pod = (volume: string): string =>
  `kind: StatefulSet
apiVersion: apps/v1
spec:
  template:
    spec:
      containers:
        - name: redis
          image: redis:7.2.5
          args: ["--appendonly", "yes"]
          volumeMounts:
            - name: data
              mountPath: /data
        - name: sentinel
          image: redis:7.2.5
          command: ["redis-sentinel", "/etc/sentinel.conf"]
      volumes:
        - name: data
          ${volume}
`;
const chart = (replica: string): string =>
  "architecture: replication\nsentinel:\n  enabled: true\nreplica:\n  persistence:\n" +
  `    enabled: ${replica}\n` +
  "master:\n  persistence:\n    enabled: false\n";

testRule(red008, {
  finds: [
    {
      about: "a RuntimeDirectory, which systemd removes at every restart",
      files: host("/var/run/redis", "RuntimeDirectory=redis\n"),
      at: ["h1/redis.conf:3"],
      says: "a RuntimeDirectory of redis.service",
      severity: "error",
    },
    {
      about: "as a warning, the same of a service that is back after the failover only",
      files: host("/run/redis", "RuntimeDirectory=redis\nRestartSec=15\n"),
      severity: "warning",
    },
    {
      about: "/var/tmp, which is the service's own",
      files: host("/var/tmp/redis", "PrivateTmp=yes\n"),
      says: "PrivateTmp",
      severity: "error",
    },
    {
      about: "a tmpfs of systemd over the folder",
      files: host("/srv/redis", "TemporaryFileSystem=/srv:mode=0755\n"),
      says: "TemporaryFileSystem",
      severity: "error",
    },
    {
      about: "a folder that the command line names",
      files: {
        "h1/redis.conf": conf("/var/lib/redis"),
        "h1/redis.service":
          "[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf --dir /dev/shm\nRestart=always\n",
        "h1/sentinel.conf": sentinel,
      },
      at: ["h1/redis.service:2"],
    },
    {
      about: "as a warning, a primary with a replica that no Sentinel watches",
      files: {
        "h1/redis.conf": conf("/tmp"),
        "h2/redis.conf": "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\ndir /var/lib/redis\n",
      },
      at: ["h1/redis.conf:3"],
      severity: "warning",
    },
    {
      about: "a tmpfs of Compose over the folder of the image",
      files: { "compose.yml": compose("    tmpfs:\n      - /data:size=512m\n") },
      at: ["compose.yml:6"],
      says: "/data of redis is a tmpfs",
      severity: "error",
    },
    {
      about: "a volume of the type tmpfs, and as a warning where nothing starts the container again",
      files: {
        "compose.yml": compose("    volumes:\n      - type: tmpfs\n        target: /data\n").replace(
          "    restart: always\n",
          "",
        ),
      },
      severity: "warning",
    },
    {
      about: "a folder of redis.conf that Compose keeps in memory",
      files: {
        "compose.yml": compose(
          "    command: redis-server /etc/redis/redis.conf\n    tmpfs: /var/lib/redis\n" +
            "    volumes:\n      - ./redis:/etc/redis\n",
        ),
        "redis/redis.conf": conf("/var/lib/redis"),
      },
      at: ["compose.yml:6"],
    },
    {
      about: "an emptyDir",
      files: { "redis.yaml": pod("emptyDir:\n            medium: Memory") },
      says: "emptyDir",
      severity: "error",
    },
    {
      about: "Bitnami's chart with Sentinel and without volumes for its nodes",
      files: { "values.yaml": chart("false") },
      at: ["values.yaml:6"],
      severity: "error",
    },
    {
      about: "what a running primary says of itself",
      files: { "h1/sentinel.conf": sentinel },
      live: {
        redis: [
          {
            address: "10.0.0.1",
            port: 6379,
            settings: new Map([
              ["appendonly", "yes"],
              ["dir", "/dev/shm"],
              ["save", ""],
            ]),
          },
        ],
      },
      at: ["10.0.0.1:6379:0"],
      severity: "error",
    },
  ],
  passes: [
    { about: "a lonely cache", files: { "redis.conf": conf("/dev/shm") } },
    {
      about: "a replica in memory without Sentinel",
      files: {
        "h1/redis.conf": conf("/var/lib/redis"),
        "h2/redis.conf": "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\ndir /dev/shm\n",
      },
    },
    {
      about: "a replica in memory that is never promoted",
      files: {
        "h1/sentinel.conf": sentinel,
        "h1/redis.conf": conf("/var/lib/redis"),
        "h2/redis.conf": "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\nreplica-priority 0\ndir /dev/shm\n",
      },
    },
    {
      about: "a node that keeps nothing, which is RED006's",
      files: {
        "h1/redis.conf": conf("/dev/shm", 'save ""\nappendonly no\n'),
        "h1/sentinel.conf": sentinel,
      },
    },
    {
      about: "/var/tmp of the machine, and a folder to be filled in",
      files: {
        "h1/redis.conf": conf("/var/tmp/redis"),
        "h2/redis.conf": "bind 10.0.0.2\nreplicaof 10.0.0.1 6379\ndir {{ redis_dir }}\n",
        "h1/sentinel.conf": sentinel,
      },
    },
    {
      about: "a folder that is bound into the tmpfs of systemd",
      files: host("/srv/redis", "TemporaryFileSystem=/srv\nBindPaths=/data/redis:/srv/redis\n"),
    },
    { about: "folders whose names only begin alike", files: host("/runtime/redis", "PrivateTmp=yes\n") },
    {
      about: "a tmpfs beside the volume",
      files: {
        "compose.yml": compose("    tmpfs: /tmp\n    volumes:\n      - data:/data\n"),
      },
    },
    {
      about: "a container that keeps nothing",
      files: { "compose.yml": compose('    command: redis-server --save ""\n    tmpfs: /data\n') },
    },
    {
      about: "a container whose folder a file decides that nobody sees",
      files: {
        "compose.yml": compose("    command: redis-server /etc/redis.conf\n    tmpfs: /data\n"),
      },
    },
    {
      about: "a path of redis.conf that is memory on a host, and a volume in its container",
      files: {
        "compose.yml": compose(
          "    command: redis-server /etc/redis/redis.conf\n" +
            "    volumes:\n      - ./redis:/etc/redis\n      - data:/tmp/redis\n",
        ),
        "redis/redis.conf": conf("/tmp/redis"),
        "sentinel.conf": sentinel,
      },
    },
    {
      about: "a claim",
      files: { "redis.yaml": pod("persistentVolumeClaim:\n            claimName: data") },
    },
    {
      about: "an emptyDir in a chart's template, which is one of several ways",
      files: {
        "redis.yaml": pod(
          "{{- if .Values.volume }}\n          persistentVolumeClaim: {}\n          {{- else }}\n" +
            "          emptyDir: {}\n          {{- end }}",
        ),
      },
    },
    { about: "a chart with volumes for the nodes of Sentinel", files: { "values.yaml": chart("true") } },
    {
      about: "a laboratory on one machine",
      files: {
        "a/redis.conf": "bind 127.0.0.1\nport 7001\ndir /tmp/a\n",
        "a/sentinel.conf": "port 27001\nsentinel monitor main 127.0.0.1 7001 1\n",
        "b/sentinel.conf": "port 27002\nsentinel monitor main 127.0.0.1 7001 1\n",
      },
    },
  ],
});
