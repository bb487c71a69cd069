// E-mail by SMTP: one conversation for a notice, whichever agent writes.
import { z } from "zod";
import { optionalSecret, port } from "../../cluster/schema-values.ts";
import type { ChannelKind } from "../channel.ts";
import { openEmail } from "../smtp.ts";
import { timeout } from "./common.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

const mailbox = z.string().regex(/^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}$/, {
  error: "Expected an address such as oncall@example.org, without a name",
});

const settings = z
  .strictObject({
    host: z
      .string()
      .regex(/^[A-Za-z0-9.:-]{1,253}$/, { error: "Expected the name or the address of a server" })
      .meta({ description: "The server that takes the mail." }),
    port: port().default(587).meta({ description: "Its port; 465 with `tls: always`." }),
    tls: z
      .enum(["starttls", "always", "never"])
      .default("starttls")
      .meta({
        description:
          "`starttls`: encrypted after a first word, or not at all sent; `always`: from the first byte; " +
          "`never`: in the clear.",
      }),
    authority: z
      .string()
      .regex(/^\/[^\p{Cc}]*$/u, { error: "Expected an absolute path" })
      .optional()
      .meta({
        description: "A file with the authority of the server's certificate; default: public ones.",
      }),
    user: z.string().min(1).max(254).optional().meta({ description: "To log in; default: no login." }),
    password: optionalSecret("The password of `user`."),
    from: mailbox.meta({ description: "Who writes." }),
    to: z.array(mailbox).min(1).max(20).meta({ description: "Who is told." }),
    timeout: timeout(),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    path: ["password"],
    error: "Expected user and password, or neither",
  })
  .refine(({ tls, user, host }) => tls !== "never" || user === undefined || LOOPBACK.test(host), {
    path: ["tls"],
    error: "Expected starttls or always: the password would be sent in the clear",
  });

export const email: ChannelKind<z.output<typeof settings>> = {
  id: "email",
  summary: "writes e-mails by SMTP, those of one notice as one conversation",
  tier: "real",
  facts: {
    shown: "one conversation: each message answers the first one, by `References`",
    twice:
      "mostly has the `Message-ID` of the first, and many servers drop it then; otherwise it is a second " +
      "mail",
    credential: "a mailbox, or an SMTP password of your provider; the package nodemailer (optional)",
  },
  updates: () => true,
  settings,
  open: (own, surroundings) => Promise.resolve(openEmail(own, surroundings)),
};
