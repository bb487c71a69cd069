// OVHcloud's Public Cloud Load Balancer, and every other Octavia: a pool in which the primary alone takes
// connections.
import { z } from "zod";
import { duration, port } from "../../cluster/schema-values.ts";
import { placeOf } from "../api/place.ts";
import type { TargetKind } from "../target.ts";
import { openstackAccess, openstackId, whyNoLogin } from "../vendors/octavia/access.ts";
import { openNative } from "../vendors/octavia/native.ts";
import { openOvhWay } from "../vendors/octavia/wrapper/target.ts";
import { ovhAccess, placesOf } from "../vendors/ovh/access.ts";

const settings = z
  .strictObject({
    api: z
      .enum(["openstack", "ovh"])
      .default("openstack")
      .meta({
        description:
          "`openstack`: Octavia itself, the whole pool in one change; `ovh`: OVHcloud's API, which adds a " +
          "member and takes the other out afterwards, so that for seconds there are two.",
      }),
    ...openstackAccess,
    subnet: openstackId("a subnet")
      .optional()
      .meta({
        description:
          "Of members that Baton makes, with `openstack`. Default: that of a member that is there, and " +
          "otherwise the load balancer's own.",
      }),
    monitorPort: port().optional().meta({
      description: "Where the health monitor asks members that Baton makes, with `openstack`.",
    }),
    ...ovhAccess,
    checkEvery: duration(1_000, 3_600_000)
      .prefault("30s")
      .meta({ description: "How often the pool is looked at when it is right." }),
    timeout: duration(1_000, 600_000)
      .prefault("60s")
      .meta({ description: "How long one attempt may take, until the change is in force." }),
  })
  .check((context) => {
    const { api, project } = context.value;
    const message =
      api === "openstack"
        ? whyNoLogin(context.value)
        : project === undefined
          ? "Expected project: OVHcloud's API asks for it"
          : undefined;
    if (message !== undefined) {
      context.issues.push({ code: "custom", input: context.value, path: ["api"], message });
    }
  });
type Settings = z.output<typeof settings>;

export const ovhOctavia: TargetKind<Settings> = {
  id: "ovh-octavia",
  summary: "lets only the primary take connections in a pool of OVHcloud's Public Cloud Load Balancer",
  fencing: "mutex",
  tier: "real",
  facts: {
    delay: "about 5 to 20 s: the balancer's HAProxy is given a new configuration",
    clients:
      "New connections reach the new primary. Open ones stay with the old primary until it ends them, which" +
      " Sentinel and Baton see to, or until the listener's timeout where its machine is dead.",
    rights:
      "OpenStack: a user of the project with the role `load-balancer_member` (at OVHcloud: LoadBalancer " +
      "Operator) and nothing else, or an application credential of that user. OVHcloud's API: `GET " +
      "/cloud/project/PROJECT/region/REGION/loadbalancing/*`, and `POST .../pool/POOL/member`, `PUT` and " +
      "`DELETE .../pool/POOL/member/*` there.",
    instead:
      "Baton's router, which follows in milliseconds and holds clients meanwhile, where applications reach " +
      "its hosts",
  },
  reach: "shared",
  // Each change takes seconds in which the balancer refuses every other: taking one back comes too late.
  followsEarly: false,
  settings,
  reachedAt(own) {
    if (own.api === "ovh") return [placeOf(placesOf(own).base)];
    return [own.auth, ...(own.octavia === undefined ? [] : [own.octavia])].map(placeOf);
  },
  async open(own, surroundings) {
    const { api, pool, region, project = "", subnet, monitorPort } = own;
    const { group, nodes } = surroundings;
    const owner = { group, nodes, subnet, monitorPort };
    const way =
      api === "openstack"
        ? await openNative(own, owner, surroundings)
        : await openOvhWay(own, { own: { project, region, pool }, owner }, surroundings);
    return { deadlineMs: own.timeout, checkEveryMs: own.checkEvery, ...way };
  },
};
