// The application that never asks: what an old primary tells it is the measure of the fence.
import { openHardCodedClient } from "../hard-coded.ts";
import type { ClientKind } from "../kind.ts";

export const hardCoded: ClientKind = {
  id: "hard-coded",
  summary: "a plain client to the address of the first primary, for ever",
  way: "hard-coded",
  manner: "plain",
  needs: [],
  open({ id, primary: { address, port }, lab }) {
    const { application: password, tls } = lab.secrets;
    return Promise.resolve(openHardCodedClient({ id, address, port, password, tls }));
  },
};
