// What Baton renders for a cloud is shown to the real terraform, with the arguments that the providers'
// packages on npm declare. No cloud is asked: what only a cloud refuses, no test here finds.
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Cluster } from "../../packages/baton/src/cluster/types.ts";
import { anyCluster, clusterFrom, PASSWORDS } from "../../packages/baton/src/deploy/cluster.fixture.ts";
import { hostFiles } from "../../packages/baton/src/deploy/host-files.ts";
import { PROVISIONED } from "../../packages/baton/src/deploy/provision.fixture.ts";
import { examples } from "./support/examples.ts";
import {
  openTerraform,
  type State,
  type Terraform,
  whyNoTerraform,
  type Workspace,
} from "./support/terraform.ts";
import { providerSchemas } from "./support/terraform-provider.ts";

/** Each takes seconds. */
const CLUSTERS = 8;

type Fields = Record<string, unknown>;
interface Document {
  readonly terraform: {
    readonly required_providers: Record<string, { source: string; version: string }>;
  };
  readonly resource: Record<string, Record<string, Fields>>;
}

const missing = whyNoTerraform();
let terraform: Terraform;
beforeAll(async () => {
  if (missing === undefined) terraform = await openTerraform();
  else process.stderr.write(`SKIPPED, all of it: ${missing}\n`);
});
beforeEach((context) => {
  context.skip(missing !== undefined, missing);
});
afterAll(async () => {
  if (missing === undefined) await terraform.close();
});

function textOf(cluster: Cluster): string {
  const file = hostFiles({ cluster, secrets: PASSWORDS }).find(({ kind }) => kind === "terraform");
  if (file === undefined) throw new Error("nothing was rendered for terraform");
  return file.text;
}

const documentOf = (text: string): Document => JSON.parse(text) as Document;
const addressesIn = ({ resource }: Document): readonly string[] =>
  Object.entries(resource).flatMap(([type, some]) =>
    Object.keys(some).map((label) => `${type}.${label}`),
  );

/** Everything that terraform can say without a cloud. */
async function judge(text: string): Promise<Workspace> {
  const workspace = await terraform.open(text);
  const validated = await workspace.run("validate", "-no-color");
  expect([validated.code, validated.err]).toEqual([0, ""]);
  const changes = await workspace.plan();
  expect(changes.map(({ address }) => address).sort()).toEqual(
    [...addressesIn(documentOf(text))].sort(),
  );
  expect(new Set(changes.flatMap(({ change }) => change.actions))).toEqual(new Set(["create"]));
  return workspace;
}

const { digitalocean, ovh } = PROVISIONED;
const unbalanced = (text: string): string => text.replace("endpoint: load-balancer", "endpoint: none");
const routerless = (text: string): string => unbalanced(text).replace(/^ {2}- \{ name: app.*\n/gm, "");
const reserved = `${digitalocean.replace("endpoint: load-balancer", "endpoint: reserved-ip")}
tls: { authority: a.pem, certificate: h.pem, key: h.key }
`;

describe("terraform takes and plans what is rendered", () => {
  test.each([
    ["DigitalOcean with a load balancer", digitalocean],
    ["DigitalOcean with reserved addresses", reserved],
    ["DigitalOcean with a record alone", unbalanced(digitalocean)],
    ["OVH with a load balancer before routers", ovh],
    ["OVH with records of routers", unbalanced(ovh)],
    ["OVH with records alone", routerless(ovh)],
  ])("for %s", async (_name, text) => {
    await judge(textOf(clusterFrom(text)));
  });

  test.each(examples())("for the example $name", async ({ text }) => {
    await judge(textOf(clusterFrom(text)));
  });

  test(`for ${CLUSTERS} random clusters`, async () => {
    const provisioned = anyCluster.filter(({ provision }) => provision !== undefined);
    await fc.assert(
      fc.asyncProperty(provisioned, async (cluster) => {
        await judge(textOf(cluster));
      }),
      { numRuns: CLUSTERS, endOnFailure: true },
    );
  });

  test("of the providers whose schemas are held against it, and of no other version", async () => {
    for (const text of [digitalocean, ovh]) {
      const rendered = textOf(clusterFrom(text));
      const workspace = await terraform.open(rendered);
      const { out } = await workspace.run("providers", "-no-color");
      for (const { source, version } of Object.values(
        documentOf(rendered).terraform.required_providers,
      )) {
        expect(out).toContain(`provider[registry.terraform.io/${source}] ${version}`);
        const schema = providerSchemas.find((one) => one.source === source);
        expect(schema?.providerVersion).toBe(version);
      }
    }
  });
});

describe("the plan", () => {
  test("puts each host of OVH at its address and into its zone, apart from the others", async () => {
    const workspace = await terraform.open(textOf(clusterFrom(ovh)));
    const changes = await workspace.plan();
    const after = (address: string) => changes.find((one) => one.address === address)?.change.after;
    expect(after("openstack_networking_port_v2.host_h2")?.["fixed_ip"]).toEqual([
      expect.objectContaining({ ip_address: "10.20.0.3" }),
    ]);
    const instance = after("openstack_compute_instance_v2.host_h2");
    expect(instance?.["availability_zone"]).toBe("eu-west-par-b");
    expect(instance?.["scheduler_hints"]).toHaveLength(1);
    expect(instance?.["network"]).toEqual([
      expect.objectContaining({ name: "Ext-Net", access_network: true }),
      expect.not.objectContaining({ name: "Ext-Net" }),
    ]);
    expect(instance?.["user_data"]).toMatch(/^#cloud-config\n/);
    const listener = after("openstack_lb_listener_v2.group_main");
    expect([listener?.["timeout_client_data"], listener?.["timeout_member_data"]]).toEqual([
      86_400_000, 86_400_000,
    ]);
  });
});

/** The document with something else in the first resource of a type. */
function changed(text: string, type: string, change: (fields: Fields) => Fields): string {
  const document = documentOf(text);
  const labels = Object.entries(document.resource[type] ?? {});
  const some = Object.fromEntries(labels.map(([label, fields]) => [label, change(fields)]));
  return JSON.stringify({ ...document, resource: { ...document.resource, [type]: some } });
}

const without =
  (key: string) =>
  ({ [key]: _gone, ...fields }: Fields): Fields =>
    fields;

describe("terraform refuses", () => {
  const droplets = textOf(clusterFrom(digitalocean));
  const instances = textOf(clusterFrom(ovh));

  async function refusal(text: string): Promise<string> {
    const workspace = await terraform.open(text);
    const { code, err } = await workspace.run("validate", "-no-color");
    expect(code).toBe(1);
    return err;
  }

  test("a required argument that is missing, of each provider", async () => {
    const droplet = await refusal(changed(droplets, "digitalocean_droplet", without("size")));
    expect(droplet).toContain('The argument "size" is required, but no definition was found.');
    const member = await refusal(changed(instances, "openstack_lb_member_v2", without("pool_id")));
    expect(member).toContain('The argument "pool_id" is required');
    const record = await refusal(changed(instances, "ovh_domain_zone_record", without("target")));
    expect(record).toContain('The argument "target" is required');
  });

  test("an argument that there is none of, also within a block", async () => {
    const adding = (fields: Fields): Fields => ({ ...fields, nonsense: 1 });
    const within = (key: string) => (fields: Fields) => {
      return { ...fields, [key]: (fields[key] as Fields[]).map(adding) };
    };
    const refused = [
      changed(droplets, "digitalocean_droplet", adding),
      changed(droplets, "digitalocean_firewall", within("inbound_rule")),
      changed(instances, "openstack_networking_port_v2", within("fixed_ip")),
      changed(instances, "openstack_compute_instance_v2", within("network")),
    ];
    for (const text of refused) expect(await refusal(text)).toMatch(/(property|argument).*"nonsense"/i);
  });
});

/** The state with other values in every resource of a type. */
function meanwhile(state: State, type: string, values: Fields): State {
  const resources = state.resources.map((resource) => {
    if (resource.type !== type) return resource;
    const instances = resource.instances.map((instance) => {
      return { ...instance, attributes: { ...instance.attributes, ...values } };
    });
    return { ...resource, instances };
  });
  return { ...state, resources };
}

describe("a run after a failover", () => {
  const FAILOVERS = [
    ["a reserved address that was assigned", reserved, "digitalocean_reserved_ip", { droplet_id: 7 }],
    ["a record that was moved", unbalanced(digitalocean), "digitalocean_record", { value: "10.20.0.4" }],
    [
      "a record of OVH that was moved",
      routerless(ovh),
      "ovh_domain_zone_record",
      { target: "10.20.0.4" },
    ],
    ["a member that was drained", ovh, "openstack_lb_member_v2", { weight: 0, admin_state_up: false }],
  ] as const;

  test.each(FAILOVERS)(
    "leaves %s, and would undo it without the rule",
    async (_name, file, type, values) => {
      const text = textOf(clusterFrom(file));
      const workspace = await terraform.open(text);
      const applied = await workspace.run("apply", "-no-color", "-input=false", "-auto-approve");
      expect([applied.code, applied.err]).toEqual([0, ""]);
      await workspace.setState(meanwhile(await workspace.state(), type, values));
      const plan = ["plan", "-no-color", "-input=false", "-detailed-exitcode"];
      expect((await workspace.run(...plan)).code).toBe(0);
      await workspace.write(changed(text, type, without("lifecycle")));
      expect((await workspace.run(...plan)).code).toBe(2);
    },
  );

  test("keeps machines of a newer image, and destroys none with data", async () => {
    for (const [text, type, image] of [
      [digitalocean, "digitalocean_droplet", "image"],
      [ovh, "openstack_compute_instance_v2", "image_name"],
    ] as const) {
      const rendered = textOf(clusterFrom(text));
      const workspace = await terraform.open(rendered);
      await workspace.run("apply", "-no-color", "-input=false", "-auto-approve");
      const newer = changed(rendered, type, (fields) => ({ ...fields, [image]: "debian-99" }));
      await workspace.write(newer);
      const planned = await workspace.run("plan", "-no-color", "-input=false", "-detailed-exitcode");
      expect([planned.code, planned.err]).toEqual([0, ""]);
      const destroyed = await workspace.run("plan", "-destroy", "-no-color", "-input=false");
      expect(destroyed.code).toBe(1);
      expect(destroyed.err).toContain(`Resource ${type}.host_h1 has lifecycle.prevent_destroy set`);
    }
  });
});
