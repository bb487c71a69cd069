import { testRule } from "../rule.fixture.ts";
import { net002 } from "./net002.ts";

const rule = (ports: string): string =>
  `resource "digitalocean_firewall" "s" {\n  inbound_rule {\n    protocol = "tcp"\n    ` +
  `port_range = "${ports}"\n    source_addresses = ["10.9.0.0/16"]\n  }\n}\n`;
const files = {
  "h1/sentinel.conf": "bind 10.0.0.1\nport 26379\nsentinel monitor main 10.0.0.1 6379 2\n",
};

testRule(net002, {
  finds: [
    { about: "a range of ports", files: { "f.tf": rule("26000-27000"), ...files }, at: ["f.tf:2"] },
  ],
  passes: [{ about: "another port", files: { "f.tf": rule("443"), ...files } }],
});
