// The explicit table of target kinds, alphabetical.
import { consul } from "./kinds/consul.ts";
import { digitaloceanDns } from "./kinds/digitalocean-dns.ts";
import { digitaloceanBalancer } from "./kinds/digitalocean-load-balancer.ts";
import { digitaloceanReservedIp } from "./kinds/digitalocean-reserved-ip.ts";
import { dnsUpdate } from "./kinds/dns-update.ts";
import { etcd } from "./kinds/etcd.ts";
import { exec } from "./kinds/exec.ts";
import { file } from "./kinds/file.ts";
import { haproxy } from "./kinds/haproxy.ts";
import { endpointSlice } from "./kinds/kubernetes-endpointslice.ts";
import { nginxStream } from "./kinds/nginx-stream.ts";
import { ovhDns } from "./kinds/ovh-dns.ts";
import { ovhIplb } from "./kinds/ovh-iplb.ts";
import { ovhOctavia } from "./kinds/ovh-octavia.ts";
import { shopifyMetafield } from "./kinds/shopify-metafield.ts";
import { webhook } from "./kinds/webhook.ts";
import type { TargetKind } from "./target.ts";

export const targetKinds: readonly TargetKind[] = [
  consul,
  digitaloceanDns,
  digitaloceanBalancer,
  digitaloceanReservedIp,
  dnsUpdate,
  etcd,
  exec,
  file,
  haproxy,
  endpointSlice,
  nginxStream,
  ovhDns,
  ovhIplb,
  ovhOctavia,
  shopifyMetafield,
  webhook,
];
