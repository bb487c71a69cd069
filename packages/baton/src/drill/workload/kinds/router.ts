// Baton's own way, at its plainest: any client that knows one address.
import type { ClientKind } from "../kind.ts";
import { openRouterClient } from "../router.ts";

export const router: ClientKind = {
  id: "router",
  summary: "a plain client of one address, Baton's router; the objectives are held against it",
  way: "router",
  manner: "plain",
  needs: [],
  open: ({ id, router: { address, port }, lab }) =>
    Promise.resolve(
      openRouterClient({ id, address, port, password: lab.secrets.application, tls: lab.clientTls }),
    ),
};
