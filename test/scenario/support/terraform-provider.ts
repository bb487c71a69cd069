// A provider for the real terraform that needs no cloud: it knows the schemas of testdata/terraform/schemas,
// plans what it is asked for, and pretends to have made it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type handleUnaryCall, Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { decoded, encoded, isObject, UNKNOWN, type Value } from "./terraform-values.ts";

/** Terraform's own notation: "string", ["set", "string"], ["list", ["object", {...}]]. */
type Type = string | readonly [string, Type | Readonly<Record<string, Type>>];

interface Attribute {
  readonly type: Type;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
}
interface Block {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly blocks: Readonly<Record<string, Block & NestedBlock>>;
}
interface NestedBlock {
  readonly nesting: "single" | "list" | "set";
  readonly least?: number;
  readonly most?: number;
}

/** A file of testdata/terraform/schemas, which scripts/provider-schemas.mjs writes. */
export interface ProviderSchema {
  readonly package: string;
  readonly source: string;
  readonly providerVersion: string;
  readonly provider: Block;
  readonly resources: Readonly<Record<string, Block>>;
}

const FOLDER = fileURLToPath(new URL("../../../testdata/terraform/schemas", import.meta.url));
const PROTOCOL = fileURLToPath(new URL("tfplugin6.proto", import.meta.url));

export const providerSchemas: readonly ProviderSchema[] = ["digitalocean", "openstack", "ovh"].map(
  (name) => JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")) as ProviderSchema,
);

function blockOnWire({ attributes, blocks }: Block): object {
  return {
    attributes: Object.entries(attributes).map(([name, { type, ...use }]) => {
      return { name, type: Buffer.from(JSON.stringify(type)), ...use };
    }),
    block_types: Object.entries(blocks).map(([name, nested]) => ({
      type_name: name,
      block: blockOnWire(nested),
      nesting: nested.nesting.toUpperCase(),
      min_items: nested.least ?? 0,
      max_items: nested.most ?? 0,
    })),
  };
}

interface Dynamic {
  readonly msgpack: Buffer;
}
interface Asked {
  readonly type_name: string;
  readonly prior_state: Dynamic;
  readonly proposed_new_state: Dynamic;
  readonly planned_state: Dynamic;
  readonly current_state: Dynamic;
  readonly raw_state: { readonly json: Buffer };
}

/** Something of the type, for what the cloud would have filled in. */
function madeUp(type: Type, name: string): Value {
  if (type === "string") return `made-${name}`;
  if (type === "number") return 4711;
  if (type === "bool") return false;
  return type[0] === "map" ? {} : [];
}

class Stub {
  readonly #schema: ProviderSchema;
  #made = 0;

  constructor(schema: ProviderSchema) {
    this.#schema = schema;
  }

  #attributesOf(type: string): readonly (readonly [string, Attribute])[] {
    return Object.entries(this.#schema.resources[type]?.attributes ?? {});
  }

  /** What nobody wrote and the provider fills in is not known before it is made. */
  plan({ type_name: type, prior_state: prior, proposed_new_state: proposed }: Asked): object {
    const wanted = decoded(proposed.msgpack);
    if (decoded(prior.msgpack) !== null || !isObject(wanted)) return { planned_state: proposed };
    const filled = this.#attributesOf(type).filter(([name, { computed }]) => {
      return computed === true && wanted[name] === null;
    });
    const unknown: Record<string, Value> = Object.fromEntries(
      filled.map(([name]) => [name, UNKNOWN] as const),
    );
    return { planned_state: { msgpack: encoded({ ...wanted, ...unknown }) } };
  }

  apply({ type_name: type, planned_state: planned }: Asked): object {
    const wanted = decoded(planned.msgpack);
    if (!isObject(wanted)) return { new_state: planned };
    this.#made += 1;
    const known = this.#attributesOf(type)
      .filter(([name]) => wanted[name] === UNKNOWN)
      .map(([name, attribute]) => [name, madeUp(attribute.type, `${type}-${this.#made}-${name}`)]);
    return { new_state: { msgpack: encoded({ ...wanted, ...Object.fromEntries(known) }) } };
  }

  schemas(): object {
    const resources = Object.entries(this.#schema.resources).map(([type, block]) => {
      return [type, { block: blockOnWire(block) }] as const;
    });
    const provider = { block: blockOnWire(this.#schema.provider) };
    return { provider, resource_schemas: Object.fromEntries(resources) };
  }
}

function handlersOf(stub: Stub): Record<string, handleUnaryCall<Asked, object>> {
  const answering = (answer: (asked: Asked) => object): handleUnaryCall<Asked, object> => {
    return ({ request }, done) => done(null, answer(request));
  };
  const nothingWrong = answering(() => ({}));
  return {
    GetProviderSchema: answering(() => stub.schemas()),
    ValidateProviderConfig: nothingWrong,
    ValidateResourceConfig: nothingWrong,
    ConfigureProvider: nothingWrong,
    UpgradeResourceState: answering(({ raw_state: { json } }) => ({ upgraded_state: { json } })),
    ReadResource: answering(({ current_state: state }) => ({ new_state: state })),
    PlanResourceChange: answering((asked) => stub.plan(asked)),
    ApplyResourceChange: answering((asked) => stub.apply(asked)),
    StopProvider: nothingWrong,
  };
}

export interface StubProviders {
  /** The value of TF_REATTACH_PROVIDERS. */
  readonly reattach: string;
  close(): void;
}

async function serve(schema: ProviderSchema, path: string): Promise<Server> {
  const loaded = loadSync(PROTOCOL, { keepCase: true, enums: String, longs: Number, defaults: true });
  const server = new Server();
  server.addService(loaded["tfplugin6.Provider"] as ServiceDefinition, handlersOf(new Stub(schema)));
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  return server;
}

/** One process plays them all, on sockets in `folder`, whose path has to be a short one. */
export async function startProviders(folder: string): Promise<StubProviders> {
  const servers: Server[] = [];
  const places: Record<string, object> = {};
  for (const [index, schema] of providerSchemas.entries()) {
    const path = join(folder, `provider-${index}`);
    servers.push(await serve(schema, path));
    places[`registry.terraform.io/${schema.source}`] = {
      Protocol: "grpc",
      ProtocolVersion: 6,
      Pid: process.pid,
      // Terraform ends no process that it has not started.
      Test: true,
      Addr: { Network: "unix", String: path },
    };
  }
  const close = (): void => {
    for (const server of servers) server.forceShutdown();
  };
  return { reattach: JSON.stringify(places), close };
}
