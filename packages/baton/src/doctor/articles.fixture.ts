// The mistakes of five published recipes for Redis with Sentinel, rebuilt in files of our own: which rule
// finds each of them, and where, and why some are no rule's business.

/** Folders of testdata/doctor/articles. */
export type Article =
  | "cpp-digitalocean"
  | "perl-ovh"
  | "python-digitalocean"
  | "shopify-ovh"
  | "woocommerce-ovh";

export type Found = readonly [article: Article, mistake: string, rule: string, at: string];

const PERL: readonly Found[] = [
  ["perl-ovh", "sentinel.conf pasted as one line", "SEN023", "sentinel-1/sentinel.conf:3"],
  ["perl-ovh", "nobody speaks of masterauth", "RED001", "redis-1/redis.conf:1"],
  ["perl-ovh", "nobody speaks of masterauth", "RED001", "redis-2/redis.conf:1"],
  ["perl-ovh", "Redis::Sentinel->new(sentinels => ...)", "CLI002", "app/orders.pl:8"],
  ["perl-ovh", "->discover_master, at first", "CLI002", "app/orders.pl:14"],
  ["perl-ovh", "->discover_master, after an error", "CLI002", "app/orders.pl:25"],
  ["perl-ovh", "6379 closed between the nodes", "NET001", "network/security-groups.tf:14"],
  ["perl-ovh", "only replicaof; the packaged bind stays", "RED005", "redis-2/redis.conf:2"],
  ["perl-ovh", "restarted before down-after", "SYS005", "redis-1/redis-server.service:9"],
  ["perl-ovh", "no min-replicas-to-write", "RED015", "redis-1/redis.conf:1"],
  ["perl-ovh", "Sentinel without a password", "SEN035", "sentinel-1/sentinel.conf:1"],
];

const PYTHON: readonly Found[] = [
  ["python-digitalocean", "pidfile where redis may not write", "SYS011", "sentinel-1/sentinel.conf:3"],
  ["python-digitalocean", "auth-pass called optional", "SEN019", "sentinel-1/sentinel.conf:7"],
  ["python-digitalocean", "sentinel data-dir", "SEN022", "sentinel-1/sentinel.conf:13"],
  ["python-digitalocean", "neither bind nor password", "RED005", "redis-2/redis.conf:1"],
  ["python-digitalocean", "requirepass and no masterauth", "RED001", "redis-1/redis.conf:1"],
  ["python-digitalocean", "comment behind replicaof", "SEN023", "redis-3/redis.conf:3"],
  ["python-digitalocean", "redis-sentinel is not installed", "SYS013", "deploy/sentinels.yml:11"],
  ["python-digitalocean", "except ConnectionError, of commands", "CLI011", "app/store.py:21"],
  ["python-digitalocean", "except ConnectionError, of PING", "CLI011", "app/patient.py:21"],
  ["python-digitalocean", '"reconnects by itself"', "CLI005", "app/store.py:13"],
  ["python-digitalocean", "no socket_timeout", "CLI006", "app/store.py:13"],
  ["python-digitalocean", "no min-replicas-to-write", "RED015", "redis-1/redis.conf:1"],
  ["python-digitalocean", "Sentinel without a password", "SEN035", "sentinel-1/sentinel.conf:1"],
];

const WOO = "woocommerce-ovh";
const THREE = "three-zones";
const WOOCOMMERCE: readonly Found[] = [
  [WOO, '"at least two Sentinels"', "SEN004", "two-sentinels/h1/sentinel.conf:4"],
  [WOO, "comment behind sentinel monitor", "SEN023", `${THREE}/zone-a1/sentinel.conf:5`],
  [WOO, "comment behind bind", "SEN023", `${THREE}/zone-a1/redis.conf:1`],
  [WOO, "comment behind replicaof", "SEN023", `${THREE}/zone-a2/redis.conf:5`],
  [WOO, "protected-mode with bind 0.0.0.0, 6.2", "RED004", "two-sentinels/h1/redis.conf:2"],
  [WOO, "protected-mode with bind 0.0.0.0, 7.0", "RED005", "two-sentinels/h2/redis.conf:3"],
  [WOO, '"no persistence" on replicas, Restart=always', "RED006", `${THREE}/zone-a2/redis.conf:10`],
  [WOO, "masterauth on replicas only", "RED001", `${THREE}/zone-a1/redis.conf:1`],
  [WOO, "no Type and daemonize yes, Redis", "SYS001", `${THREE}/units/redis@.service:6`],
  [WOO, "no Type and daemonize yes, Sentinel", "SYS001", `${THREE}/units/redis-sentinel.service:7`],
  [WOO, "Restart=always hides the crash", "SYS005", `${THREE}/units/redis@.service:8`],
  [WOO, "ProtectSystem=full, Redis", "SYS003", `${THREE}/units/redis@.service:11`],
  [WOO, "ProtectSystem=full, Sentinel", "SYS003", `${THREE}/units/redis-sentinel.service:11`],
  [WOO, "so that Redis loses its role", "RED011", `${THREE}/zone-a1/redis.conf:1`],
  [WOO, "so that Sentinel ends", "SEN017", `${THREE}/zone-a1/sentinel.conf:1`],
  [WOO, "one configuration for every %i", "SYS006", `${THREE}/units/redis@.service:6`],
  [WOO, "ExecStop without a password", "SYS007", `${THREE}/units/redis@.service:7`],
  [WOO, "comment behind After=", "SYS008", `${THREE}/units/redis@.service:3`],
  [WOO, "Sentinel requires Redis", "SYS012", `${THREE}/units/redis-sentinel.service:4`],
  [WOO, "$redis->connectSentinel", "CLI002", "app/redis.php:13"],
  [WOO, "$redis->redisSentinel", "CLI002", "app/redis.php:26"],
  [WOO, "connect() without a read timeout", "CLI006", "app/redis.php:28"],
  [WOO, "no min-replicas-to-write", "RED015", `${THREE}/zone-a1/redis.conf:1`],
];

const CPP: readonly Found[] = [
  ["cpp-digitalocean", "CONFIG renamed away, primary", "SEN038", "templates/redis-primary.conf.j2:7"],
  ["cpp-digitalocean", "CONFIG renamed away, replicas", "SEN038", "templates/redis-replica.conf.j2:8"],
  ["cpp-digitalocean", "quorum 3 of 3", "SEN002", "templates/sentinel.conf.j2:4"],
  ["cpp-digitalocean", "down-after left at 30 s", "SEN030", "templates/sentinel.conf.j2:4"],
  ["cpp-digitalocean", "failover-timeout left at 180 s", "SEN025", "templates/sentinel.conf.j2:4"],
  ["cpp-digitalocean", "YAML without indentation", "CM006", "pasted/site.yml:2"],
  ["cpp-digitalocean", "redis-server=6.2.6, nodes", "CM005", "site.yml:7"],
  ["cpp-digitalocean", "redis-server=6.2.6, Sentinels", "CM005", "site.yml:53"],
  ["cpp-digitalocean", "folder of mode 0755", "CM004", "site.yml:13"],
  ["cpp-digitalocean", "redis.conf of mode 0644", "CM004", "site.yml:23"],
  ["cpp-digitalocean", "sentinel.conf of mode 0644", "CM004", "site.yml:59"],
  ["cpp-digitalocean", "the one password in clear", "CM004", "group_vars/all.yml:1"],
  ["cpp-digitalocean", "public interface, bind", "NET004", "templates/redis-primary.conf.j2:1"],
  ["cpp-digitalocean", "public interface, replicaof", "NET004", "templates/redis-replica.conf.j2:6"],
  ["cpp-digitalocean", "public interface, monitor", "NET004", "templates/sentinel.conf.j2:4"],
  ["cpp-digitalocean", "Sentinel of redis-server's package", "SYS013", "site.yml:63"],
  ["cpp-digitalocean", "sentinel.conf written by each run", "CM001", "site.yml:58"],
  ["cpp-digitalocean", "all Sentinels restarted at once", "CM002", "site.yml:70"],
  ["cpp-digitalocean", "primary without masterauth", "RED001", "templates/redis-primary.conf.j2:1"],
  ["cpp-digitalocean", "replicaof written by each run", "CM001", "site.yml:37"],
  ["cpp-digitalocean", "Sentinel without bind or password", "SEN035", "templates/sentinel.conf.j2:1"],
  ["cpp-digitalocean", "parallel-syncs 5", "SEN027", "templates/sentinel.conf.j2:6"],
  ["cpp-digitalocean", "redis::Redis(list, ...)", "CLI002", "app/heartbeat.cpp:13"],
  ["cpp-digitalocean", "no min-replicas-to-write", "RED015", "templates/redis-primary.conf.j2:1"],
];

const SHOPIFY: readonly Found[] = [
  ["shopify-ovh", "client-reconfiguration-script", "SEN022", "sentinel-1/sentinel.conf:9"],
  ["shopify-ovh", "protected-mode no without a password", "RED003", "redis-1/redis.conf:2"],
  ["shopify-ovh", "TCP check, OVH's balancer", "LB001", "balancer/main.tf:13"],
  ["shopify-ovh", "TCP check, HAProxy", "LB001", "balancer/haproxy.cfg:11"],
  ["shopify-ovh", "sessions stay at the old primary", "LB003", "balancer/haproxy.cfg:11"],
  ["shopify-ovh", "script believes its arguments", "SCR002", "scripts/move-traffic.sh:5"],
  ["shopify-ovh", "script is not safe in any order", "SCR002", "scripts/balancer-2.sh:4"],
  ["shopify-ovh", "$2 taken for the old address", "SCR001", "scripts/move-traffic.sh:4"],
  ["shopify-ovh", "$4 taken for the new address", "SCR001", "scripts/move-traffic.sh:5"],
  ["shopify-ovh", "$4 in the URL for the app, too", "SCR001", "scripts/move-traffic.sh:9"],
  ["shopify-ovh", "there is no program named python", "SCR005", "scripts/move-traffic.sh:8"],
  ["shopify-ovh", "the sandbox runs no script", "SYS004", "sentinel-1/sentinel.conf:9"],
  ["shopify-ovh", "--port 6379 whatever $7 is", "SCR008", "scripts/move-traffic.sh:8"],
  ["shopify-ovh", "exit 0 whatever happened", "SCR003", "scripts/move-traffic.sh:10"],
  ["shopify-ovh", "/cloud/loadBalancer, and no refresh", "LB004", "scripts/balancer-2.sh:5"],
  ["shopify-ovh", "says that it simulates", "SCR007", "scripts/balancer.py:16"],
  ["shopify-ovh", "no min-replicas-to-write", "RED015", "redis-1/redis.conf:1"],
  ["shopify-ovh", "Sentinel without a password", "SEN035", "sentinel-1/sentinel.conf:1"],
];

export const FOUND: readonly Found[] = [...PERL, ...PYTHON, ...WOOCOMMERCE, ...CPP, ...SHOPIFY];
