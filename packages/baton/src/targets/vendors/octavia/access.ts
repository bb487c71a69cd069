// What the cluster file says about a pool of Octavia's in an OpenStack cloud: who asks, and where.
import { z } from "zod";
import { secret } from "../../../cluster/schema-values.ts";
import { maySendSecret } from "../../api/secret-url.ts";
import type { Surroundings } from "../../target.ts";

/** Where a token may be sent: encrypted, unless it never leaves the machine. */
export const isPlace = (text: string): boolean => !text.endsWith("/") && maySendSecret(text);
const PLACE =
  "Expected a URL with https:// (http:// for a loopback address only), without user, query and last slash";
const place = () => z.string().max(2048).refine(isPlace, { error: PLACE });

export const openstackId = (what: string) =>
  z.string().regex(/^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/, {
    error: `Expected the id of ${what}: 32 hexadecimal digits, with or without dashes`,
  });
const word = (what: string) =>
  z.string().regex(/^[^\p{Cc}\p{Cs}]{1,255}$/u, { error: `Expected ${what}, up to 255 characters` });

/** Keys of OpenStack's own way; a kind spreads them into its table. */
export const openstackAccess = {
  pool: openstackId("a pool").meta({ description: "The pool's id." }),
  region: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, { error: "Expected a region as the cloud names it" })
    .meta({ description: "The region of the load balancer, such as GRA11." }),
  project: openstackId("a project")
    .optional()
    .meta({ description: "The project's id. An application credential has its own." }),
  auth: place()
    .default("https://auth.cloud.ovh.net/v3")
    .meta({ description: "Keystone, with its `/v3`. In the USA `https://auth.cloud.ovh.us/v3`." }),
  interface: z
    .enum(["public", "internal", "admin"])
    .default("public")
    .meta({ description: "Which of the URLs in Keystone's catalog is asked." }),
  octavia: place()
    .optional()
    .meta({ description: "Octavia's URL, instead of the one in Keystone's catalog." }),
  user: word("the name of an OpenStack user").optional().meta({
    description: "An OpenStack user of the project, with `project` and `password`.",
  }),
  userDomain: word("a domain")
    .default("Default")
    .meta({ description: "The user's domain, by its name." }),
  password: secret("OS_PASSWORD", "Of the user. Read for `user` only."),
  applicationCredential: openstackId("an application credential")
    .optional()
    .meta({ description: "The id of an application credential, instead of `user`." }),
  applicationCredentialSecret: secret(
    "OS_APPLICATION_CREDENTIAL_SECRET",
    "Of the application credential. Read for `applicationCredential` only.",
  ),
};
export type OpenstackAccess = z.output<z.ZodObject<typeof openstackAccess>>;

/** A sentence on what is missing, or too much; undefined when somebody can log in with it. */
export function whyNoLogin({
  user,
  project,
  applicationCredential,
}: OpenstackAccess): string | undefined {
  if (user === undefined && applicationCredential === undefined)
    return "Expected user (with project and password), or applicationCredential";
  if (user !== undefined && applicationCredential !== undefined)
    return "Expected user or applicationCredential, found both";
  return user !== undefined && project === undefined
    ? "Expected project beside user: a token has to be for a project"
    : undefined;
}

export type Credentials =
  | {
      readonly kind: "password";
      readonly user: string;
      readonly domain: string;
      readonly project: string;
      readonly secret: string;
    }
  | { readonly kind: "application"; readonly id: string; readonly secret: string };

/** @throws BatonError SECRET */
export async function readCredentials(
  access: OpenstackAccess,
  { name, readSecret }: Surroundings,
): Promise<Credentials> {
  const what = `of target ${name}`;
  const { applicationCredential, user = "", userDomain: domain, project = "" } = access;
  if (applicationCredential !== undefined) {
    const secret = await readSecret(what, access.applicationCredentialSecret);
    return { kind: "application", id: applicationCredential, secret };
  }
  const secret = await readSecret(what, access.password);
  return { kind: "password", user, domain, project, secret };
}
