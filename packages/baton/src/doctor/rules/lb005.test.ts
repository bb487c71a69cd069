import { testRule } from "../rule.fixture.ts";
import { lb005 } from "./lb005.ts";

const record = (name: string, ttl: string): string =>
  `resource "aws_route53_record" "x" {\n  name    = "${name}"\n  type    = "CNAME"\n  ` +
  `ttl     = ${ttl}\n  records = [var.target]\n}\n`;

testRule(lb005, {
  finds: [
    {
      about: "an hour",
      files: { "dns.tf": record("redis-master.example.net", "3600") },
      at: ["dns.tf:4"],
    },
  ],
  passes: [
    {
      about: "another name for an endpoint that follows the primary",
      files: {
        "dns.tf":
          'resource "aws_route53_record" "redis" {\n  name    = "redis-primary"\n  type    = "CNAME"\n' +
          "  ttl     = 300\n  records = [aws_elasticache_replication_group.a.primary_endpoint_address]\n}\n",
      },
    },
    { about: "the name of one node", files: { "dns.tf": record("redis-1.example.net", "3600") } },
    { about: "a variable", files: { "dns.tf": record("redis-primary", "var.ttl") } },
  ],
});
