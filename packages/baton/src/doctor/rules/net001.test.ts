import { testRule } from "../rule.fixture.ts";
import { net001 } from "./net001.ts";

const group = (ingress: string): string =>
  `resource "aws_security_group" "redis" {\n  ingress {\n    from_port = 6379\n    ` +
  `to_port   = 6379\n    protocol  = "tcp"\n${ingress}  }\n}\n`;

testRule(net001, {
  finds: [
    {
      about: "a security group that lets other groups in only",
      files: {
        "sg.tf": group(
          "    security_groups = [aws_security_group.app.id, aws_security_group.sentinel.id]\n",
        ),
      },
      at: ["sg.tf:2"],
      says: "not for its own",
    },
    {
      about: "rules of OpenStack, by the group that they belong to",
      files: {
        "sg.tf":
          'resource "openstack_networking_secgroup_rule_v2" "a" {\n  direction         = ' +
          '"ingress"\n  port_range_min    = 6379\n  port_range_max    = 6379\n  ' +
          "remote_group_id   = openstack_networking_secgroup_v2.app.id\n  security_group_id = " +
          "openstack_networking_secgroup_v2.redis.id\n}\n",
        "redis.conf": "replicaof 10.0.0.1 6379\n",
      },
    },
  ],
  passes: [
    {
      about: "Redis as a service, whose nodes the provider connects",
      files: {
        "sg.tf":
          'resource "aws_elasticache_replication_group" "cache" {\n  num_cache_clusters = 2\n}\n' +
          group("    security_groups = [aws_security_group.app.id, aws_security_group.sentinel.id]\n"),
        "sentinel.conf": "sentinel monitor main redis.internal 6379 2\n",
      },
    },
    {
      about: "a single server for an application",
      files: { "sg.tf": group("    security_groups = [aws_security_group.app.id]\n") },
    },
    { about: "a group that lets itself in", files: { "sg.tf": group("    self = true\n") } },
    {
      about: "sources that are variables",
      files: { "sg.tf": group("    cidr_blocks = var.networks\n") },
    },
    {
      about: "the group's own name among others",
      files: {
        "sg.tf": group(
          "    security_groups = [aws_security_group.redis.id, aws_security_group.app.id]\n",
        ),
      },
    },
    {
      about: "nodes that nobody knows",
      files: { "sg.tf": group('    cidr_blocks = ["10.0.9.0/24"]\n') },
    },
  ],
});
