// What is right and wrong in a Kubernetes before it is needed: the token and its rights, the Service, its
// other slices.
import { z } from "zod";
import { ApiRefusal } from "../../api/refusal.ts";
import type { Proof } from "../../target.ts";
import { problem, proven, right, unknown } from "../stores/proving.ts";
import { inWords, type KubernetesSlice, readSlice, slicesPath } from "./client.ts";
import { addressesOf, sliceShape } from "./slice.ts";

interface Right {
  readonly verb: "get" | "update" | "create";
  readonly name: string | undefined;
}

const reviewShape = z.object({ status: z.object({ allowed: z.boolean() }) });
const serviceShape = z.object({
  spec: z.object({
    type: z.string().optional(),
    selector: z.record(z.string(), z.string()).nullish(),
    ports: z.array(z.object({ name: z.string().nullish() })).nullish(),
  }),
});
const listShape = z.object({ items: z.array(sliceShape).max(1_000) });

/** A question that the API server answers and keeps nothing of, although it is a POST. */
async function mayDo(own: KubernetesSlice, asked: Right, signal: AbortSignal): Promise<boolean> {
  const { namespace } = own;
  const group = "discovery.k8s.io";
  const attributes = { namespace, group, version: "v1", resource: "endpointslices", ...asked };
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  const kind = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview" };
  const body = { ...kind, spec: { resourceAttributes: attributes } };
  const answer = await own.api.ask({ method: "POST", path, body, reply: reviewShape }, signal);
  return answer.body.status.allowed;
}

async function rights(own: KubernetesSlice, signal: AbortSignal): Promise<readonly Proof[]> {
  const { name, namespace } = own;
  const wanted: readonly Right[] = [
    { verb: "get", name },
    { verb: "update", name },
    // Rules cannot name what is not there yet.
    { verb: "create", name: undefined },
  ];
  const lacking: string[] = [];
  for (const one of wanted) if (!(await mayDo(own, one, signal))) lacking.push(one.verb);
  const what = `EndpointSlice ${namespace}/${name}`;
  if (lacking.length === 0) return [right(`the token may get, update and create ${what}`)];
  return [problem(`the token may not ${lacking.join(", ")} ${what}: add the verbs to its Role`)];
}

async function service(own: KubernetesSlice, signal: AbortSignal): Promise<readonly Proof[]> {
  const { namespace, service: named, portName } = own;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(named)}`;
  const { body } = await own.api.ask({ method: "GET", path, reply: serviceShape }, signal);
  const { type, selector, ports } = body.spec;
  const what = `Service ${namespace}/${named}`;
  if (type === "ExternalName") return [problem(`${what} is an ExternalName, which has no slices`)];
  if (Object.keys(selector ?? {}).length > 0) {
    return [problem(`${what} has a selector: Kubernetes adds slices of its own; take the selector out`)];
  }
  const names = (ports ?? []).map(({ name }) => name ?? "");
  if (names.includes(portName)) return [right(`${what} has the port and no selector`)];
  const found = names.map((name) => (name === "" ? "one without a name" : name)).join(", ");
  return [problem(`${what} has no port "${portName}", only ${found || "none"}: set portName`)];
}

async function otherSlices(own: KubernetesSlice, signal: AbortSignal): Promise<readonly Proof[]> {
  const labelSelector = `kubernetes.io/service-name=${own.service}`;
  const path = `${slicesPath(own.namespace)}?${new URLSearchParams({ labelSelector }).toString()}`;
  const { body } = await own.api.ask({ method: "GET", path, reply: listShape }, signal);
  const others = body.items.filter((one) => {
    return one.metadata.name !== own.name && addressesOf(one).length > 0;
  });
  if (others.length === 0) return [right(`no other slice of Service ${own.service} leads anywhere`)];
  const names = others.map(({ metadata }) => metadata.name).slice(0, 5);
  return [problem(`clients of ${own.service} are also led to slice ${names.join(", ")}: remove it`)];
}

async function held(own: KubernetesSlice, signal: AbortSignal): Promise<readonly Proof[]> {
  const reading = await readSlice(own, signal);
  const found = reading?.raw ?? "is not there yet: the first write makes it";
  return [right(`EndpointSlice ${own.name}: ${found}`)];
}

/** Looks that need a right which the target itself can do without. */
async function ifAllowed(
  verb: string,
  look: () => Promise<readonly Proof[]>,
): Promise<readonly Proof[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.status !== 403) throw inWords(error);
    return [unknown(`the token may not ${verb}, so that was not looked at`)];
  }
}

export async function proveKubernetes(
  own: KubernetesSlice,
  signal: AbortSignal,
): Promise<readonly Proof[]> {
  let isAnswered = false;
  const allowed = await proven("the API server", signal, async () => {
    try {
      const found = await rights(own, signal);
      isAnswered = true;
      return found;
    } catch (error) {
      throw inWords(error);
    }
  });
  // Whoever is not there, or does not know the token, would say the same three times more.
  if (!isAnswered) return allowed;
  const slice = await proven("the slice", signal, () => held(own, signal));
  const named = await proven(`Service ${own.service}`, signal, () => {
    return ifAllowed("get services", () => service(own, signal));
  });
  const others = await proven("other slices", signal, () => {
    return ifAllowed("list endpointslices", () => otherSlices(own, signal));
  });
  return [...allowed, ...slice, ...named, ...others];
}
