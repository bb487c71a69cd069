// The section `tls` of the cluster file: where certificates lie, and what is encrypted with them.
import { z } from "zod";
import { filePath } from "./schema-values.ts";

export const tls = z.strictObject({
  authority: filePath().meta({
    description:
      "What signed the certificates of all hosts. Best an authority of this cluster alone: whatever it " +
      "signs passes for a node, because names in certificates are not compared.",
    unit: "path of a PEM file",
  }),
  certificate: filePath().meta({
    description:
      "The host's own certificate, with intermediate ones behind it. Each host has another one, at the " +
      "same path.",
    unit: "path of a PEM file",
  }),
  key: filePath().meta({
    description: "The private key of that certificate, without a passphrase.",
    unit: "path of a PEM file",
  }),
  redis: z
    .boolean()
    .default(true)
    .meta({
      description:
        "Whether Redis, Sentinel and all that talks to them speak TLS, and nothing else. Passwords say " +
        "who somebody is; no client needs a certificate.",
    }),
  router: z
    .boolean()
    .default(true)
    .meta({ description: "Whether clients speak TLS to the routers, and to their ports for reads." }),
});
