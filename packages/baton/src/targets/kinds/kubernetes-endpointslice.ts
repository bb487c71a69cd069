// Kubernetes: an EndpointSlice behind a Service without a selector, replaced in the version that was read.
import { z } from "zod";
import { duration, secret } from "../../cluster/schema-values.ts";
import { placeOf } from "../api/place.ts";
import type { TargetKind } from "../target.ts";
import { type KubernetesSlice, readSlice, writeSlice } from "../vendors/kubernetes/client.ts";
import { proveKubernetes } from "../vendors/kubernetes/prove.ts";
import { isInTheClear } from "../api/secret-url.ts";
import { baseUrl, IN_THE_CLEAR } from "../vendors/stores/base-url.ts";
import { forHeader } from "../vendors/stores/header-secret.ts";
import { openApiWithFiles, tlsFiles } from "../vendors/stores/tls-files.ts";

const label = (what: string) =>
  z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, {
    error: `Expected the name of a ${what}: up to 63 lower case letters, digits and dashes`,
  });

const settings = z
  .strictObject({
    server: baseUrl()
      .prefault("https://kubernetes.default.svc")
      .meta({ description: "The API server, as in a kubeconfig." }),
    namespace: label("namespace").meta({ description: "Of Service and slice." }),
    service: label("Service").meta({
      description: "A Service without a selector; clients connect to it.",
    }),
    slice: z
      .string()
      .max(253)
      .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, {
        error: "Expected the name of a slice: lower case letters, digits, dashes and dots",
      })
      .optional()
      .meta({ description: "The slice; default: SERVICE-baton. It is made when it is not there." }),
    portName: z
      .union([z.literal(""), label("port")])
      .default("")
      .meta({ description: "The name of the Service's port; default: that of a port without a name." }),
    token: secret(
      "KUBERNETES_TOKEN",
      "A service account's token. A file is read again for every request, as tokens in pods rotate.",
    ),
    tls: tlsFiles(),
    timeout: duration(50, 60_000).prefault("5s").meta({ description: "How long one attempt may take." }),
    checkEvery: duration(1_000, 3_600_000)
      .prefault("5s")
      .meta({ description: "How often the slice is looked at while it is right." }),
  })
  .refine(({ server }) => !isInTheClear(server), { path: ["server"], error: IN_THE_CLEAR });
type Settings = z.output<typeof settings>;

/** Well below what an API server grants to one client. */
const REQUESTS_PER_SECOND = 20;
/** Tokens overlap when they rotate: a message may still hold the one before. */
const TOKENS_MAX = 3;

export const endpointSlice: TargetKind<Settings> = {
  id: "kubernetes-endpointslice",
  summary: "keeps the EndpointSlice of a Service without selector at the primary",
  fencing: "compare-and-set",
  tier: "hand",
  facts: {
    delay: "about a second until kube-proxy of every node has followed",
    clients:
      "New connections to the Service reach the new primary; open ones stay with the old one until it " +
      "closes them.",
    rights:
      "A Role with `create` on endpointslices of discovery.k8s.io, `get` and `update` on the one slice; " +
      "to prove the Service also `list` on endpointslices and `get` on the one service.",
    instead:
      "the router as a pod beside the application: it cuts and holds clients, a Service does neither",
  },
  reach: "shared",
  // Nodes have followed, and clients have connected.
  followsEarly: false,
  settings,
  reachedAt: ({ server }) => [placeOf(server)],
  open(own, { name, group, readSecret, pacerOf }) {
    const { server, namespace, service, slice = `${service}-baton`, portName, tls } = own;
    const secrets: string[] = [];
    const bearer = async () => {
      const what = `of target ${name}`;
      const token = forHeader(`the token ${what}`, await readSecret(what, own.token));
      if (!secrets.includes(token)) secrets.push(token);
      if (secrets.length > TOKENS_MAX) secrets.shift();
      return { authorization: `Bearer ${token}` };
    };
    const pacer = pacerOf(`kubernetes ${server}`, REQUESTS_PER_SECOND);
    const common = { vendor: "Kubernetes", base: server, pacer, secrets, sign: bearer };
    const api = openApiWithFiles(common, tls);
    const place: KubernetesSlice = { api, namespace, service, name: slice, portName, group };
    return Promise.resolve({
      deadlineMs: own.timeout,
      checkEveryMs: own.checkEvery,
      read: (signal) => readSlice(place, signal),
      write: (change, signal) => writeSlice(place, change, signal),
      prove: (signal) => proveKubernetes(place, signal),
      close: () => api.close(),
    });
  },
};
