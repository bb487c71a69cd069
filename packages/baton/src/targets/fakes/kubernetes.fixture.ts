// An API server of Kubernetes that keeps state, for tests: EndpointSlices with versions, a Service, tokens
// with rights. By the documentation and the sentences of the real one; it keeps to no schema of theirs.
import { isIP } from "node:net";
import { type FakeApi, type FakeReply, type FakeRequest, openFakeApi } from "./fake-api.fixture.ts";

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly resourceVersion?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}
export interface FakeSlice {
  readonly metadata: Metadata;
  readonly addressType: string;
  readonly endpoints: readonly {
    readonly addresses: readonly string[];
    readonly conditions?: { readonly ready?: boolean };
  }[];
  readonly ports: readonly { readonly name?: string; readonly port?: number }[];
  readonly [key: string]: unknown;
}

export type FakeVerb = "get" | "update" | "create" | "list" | "get services";

export interface FakeKubernetesState {
  /** By token: what its Role has. */
  readonly tokens: Map<string, readonly FakeVerb[]>;
  service: Readonly<Record<string, unknown>> | undefined;
}

export interface FakeKubernetes {
  readonly api: FakeApi;
  readonly state: FakeKubernetesState;
  sliceOf(name: string): FakeSlice | undefined;
  /** ADDRESS:PORT of everything that clients of the Service could have been led to, in order. */
  readonly history: readonly string[];
  /** By somebody else, whatever version there is. */
  put(slice: FakeSlice): void;
  remove(name: string): void;
}

const GROUP = "discovery.k8s.io";
const RESOURCE = `endpointslices.${GROUP}`;

const failure = (code: number, reason: string, message: string): FakeReply => ({
  status: code,
  body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code },
});

/** Where kube-proxy would send clients of a Service whose port has no name. */
export function waysOf({ endpoints, ports, metadata }: FakeSlice): readonly string[] {
  const port = ports.find(({ name = "" }) => name === "")?.port;
  if (port === undefined || metadata.labels?.["kubernetes.io/service-name"] === undefined) return [];
  return endpoints
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses }) => addresses.map((address) => `${address}:${port}`));
}

function invalid({ metadata, addressType, endpoints }: FakeSlice): string | undefined {
  const types: Readonly<Record<number, string>> = { 4: "IPv4", 6: "IPv6" };
  for (const address of endpoints.flatMap(({ addresses }) => addresses)) {
    if (types[isIP(address)] !== addressType)
      return `endpoints[0].addresses[0]: Invalid value: "${address}"`;
    if (address.startsWith("127.")) return "may not be in the loopback range (127.0.0.0/8, ::1/128)";
  }
  return endpoints.some(({ addresses }) => addresses.length === 0)
    ? `${metadata.name}: endpoints[0].addresses: Required value: must contain at least 1 address`
    : undefined;
}

class ApiServer {
  readonly state: FakeKubernetesState = {
    tokens: new Map(),
    service: { spec: { type: "ClusterIP", ports: [{ protocol: "TCP", port: 6379 }] } },
  };
  readonly history: string[] = [];
  private readonly slices = new Map<string, FakeSlice>();
  /** One for the whole cluster. */
  private version = 1_000;

  at(name: string): FakeSlice | undefined {
    return this.slices.get(name);
  }

  set(slice: FakeSlice): FakeSlice {
    this.version += 7;
    const metadata = { ...slice.metadata, resourceVersion: String(this.version) };
    const kept = { ...slice, metadata };
    this.slices.set(metadata.name, kept);
    this.history.push(...waysOf(kept));
    return kept;
  }

  remove(name: string): void {
    this.slices.delete(name);
  }

  before(request: FakeRequest): FakeReply | undefined {
    return this.verbsOf(request) === undefined
      ? failure(401, "Unauthorized", "Unauthorized")
      : undefined;
  }

  private verbsOf({ headers }: FakeRequest): readonly FakeVerb[] | undefined {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
    return token === undefined ? undefined : this.state.tokens.get(token);
  }

  private forbidden(request: FakeRequest, verb: FakeVerb, what: string): FakeReply | undefined {
    if (this.verbsOf(request)?.includes(verb)) return undefined;
    const user = `User "system:serviceaccount:shop:baton" cannot ${verb} resource "endpointslices"`;
    const where = `in API group "${GROUP}" in the namespace "shop"`;
    return failure(403, "Forbidden", `${RESOURCE} "${what}" is forbidden: ${user} ${where}`);
  }

  get(request: FakeRequest): FakeReply {
    const [, name = ""] = request.params;
    const slice = this.at(name);
    return (
      this.forbidden(request, "get", name) ??
      (slice === undefined
        ? failure(404, "NotFound", `${RESOURCE} "${name}" not found`)
        : { status: 200, body: slice })
    );
  }

  list(request: FakeRequest): FakeReply {
    const [label = "", value = ""] = (request.query.get("labelSelector") ?? "").split("=");
    const items = [...this.slices.values()].filter(({ metadata }) => metadata.labels?.[label] === value);
    return (
      this.forbidden(request, "list", "") ?? { status: 200, body: { kind: "EndpointSliceList", items } }
    );
  }

  create(request: FakeRequest): FakeReply {
    const slice = request.body as FakeSlice;
    const { name } = slice.metadata;
    const forbidden = this.forbidden(request, "create", name);
    if (forbidden !== undefined) return forbidden;
    if (this.at(name) !== undefined)
      return failure(409, "AlreadyExists", `${RESOURCE} "${name}" already exists`);
    const wrong = invalid(slice);
    if (wrong !== undefined)
      return failure(422, "Invalid", `EndpointSlice "${name}" is invalid: ${wrong}`);
    return { status: 201, body: this.set(slice) };
  }

  replace(request: FakeRequest): FakeReply {
    const [, name = ""] = request.params;
    const slice = request.body as FakeSlice;
    const forbidden = this.forbidden(request, "update", name);
    if (forbidden !== undefined) return forbidden;
    const found = this.at(name);
    if (found === undefined) return failure(404, "NotFound", `${RESOURCE} "${name}" not found`);
    const { resourceVersion } = slice.metadata;
    // Without one the real server overwrites whatever is there.
    if (resourceVersion !== undefined && resourceVersion !== found.metadata.resourceVersion) {
      const why =
        "the object has been modified; please apply your changes to the latest version and try again";
      return failure(409, "Conflict", `Operation cannot be fulfilled on ${RESOURCE} "${name}": ${why}`);
    }
    const isMoved = slice.addressType !== found.addressType;
    const wrong = isMoved ? "addressType: field is immutable" : invalid(slice);
    if (wrong !== undefined)
      return failure(422, "Invalid", `EndpointSlice "${name}" is invalid: ${wrong}`);
    return { status: 200, body: this.set(slice) };
  }

  review(request: FakeRequest): FakeReply {
    const { spec } = request.body as { spec: { resourceAttributes: { verb: FakeVerb } } };
    const allowed = this.verbsOf(request)?.includes(spec.resourceAttributes.verb) ?? false;
    return { status: 201, body: { kind: "SelfSubjectAccessReview", spec, status: { allowed } } };
  }

  serviceReply(request: FakeRequest): FakeReply {
    const [, name = ""] = request.params;
    const body = this.state.service;
    return (
      this.forbidden(request, "get services", name) ??
      (body === undefined
        ? failure(404, "NotFound", `services "${name}" not found`)
        : { status: 200, body })
    );
  }
}

export async function openFakeKubernetes(): Promise<FakeKubernetes> {
  const server = new ApiServer();
  const one = /^\/apis\/discovery\.k8s\.io\/v1\/namespaces\/([^/]+)\/endpointslices\/([^/]+)$/;
  const all = /^\/apis\/discovery\.k8s\.io\/v1\/namespaces\/([^/]+)\/endpointslices$/;
  const review = /^\/apis\/authorization\.k8s\.io\/v1\/selfsubjectaccessreviews$/;
  const api = await openFakeApi({
    contract: undefined,
    before: (request) => server.before(request),
    routes: [
      ["GET", one, (request) => server.get(request)],
      ["PUT", one, (request) => server.replace(request)],
      ["GET", all, (request) => server.list(request)],
      ["POST", all, (request) => server.create(request)],
      ["POST", review, (request) => server.review(request)],
      [
        "GET",
        /^\/api\/v1\/namespaces\/([^/]+)\/services\/([^/]+)$/,
        (request) => server.serviceReply(request),
      ],
    ],
    unknown: () => ({
      status: 404,
      body: "404 page not found\n",
      headers: { "content-type": "text/plain" },
    }),
  });
  return {
    api,
    state: server.state,
    history: server.history,
    sliceOf: (name) => server.at(name),
    put: (slice) => void server.set(slice),
    remove: (name) => server.remove(name),
  };
}
