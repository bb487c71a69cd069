// What Baton writes into a TXT record beside the one that clients ask for: the epoch, and whether the zone
// was refreshed since. Pure.
import type { Endpoint } from "../../../cluster/types.ts";
import { endpointText } from "../../target.ts";

export interface ZoneMark {
  readonly group: string;
  readonly epoch: number;
  readonly endpoint: Endpoint;
  /** `staged`: the zone has not been refreshed since, as far as anybody knows. */
  readonly state: "staged" | "live";
}

const PRIMARY = String.raw`primary=\[?([0-9A-Fa-f.:]{2,45}?)\]?:(\d{1,5})`;
const PATTERN = new RegExp(
  String.raw`baton group=([A-Za-z0-9-]{1,40}) epoch=(\d{1,15}) ${PRIMARY} state=(staged|live)`,
);

/** As it comes back from OVHcloud: in quotes, or not. undefined when it is not Baton's. */
export function zoneMarkIn(target: string): ZoneMark | undefined {
  const found = PATTERN.exec(target.replaceAll('"', ""));
  if (found === null) return undefined;
  const [, group = "", epoch = "", address = "", port = "", state] = found;
  return {
    group,
    epoch: Number(epoch),
    endpoint: { address, port: Number(port) },
    state: state === "live" ? "live" : "staged",
  };
}

export const zoneMarkText = ({ group, epoch, endpoint, state }: ZoneMark): string =>
  `"baton group=${group} epoch=${epoch} primary=${endpointText(endpoint)} state=${state}"`;
