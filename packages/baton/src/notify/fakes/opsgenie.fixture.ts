// Opsgenie's Alert API as its public documents describe it: alerts by their alias, notes, and a late answer.
import { openVendor, type Vendor, type VendorRequest } from "./vendor.fixture.ts";

export interface OpsgenieAlert {
  readonly alias: string;
  readonly priority: string;
  readonly notes: string[];
  count: number;
  isClosed: boolean;
}

export interface FakeOpsgenie extends Vendor {
  readonly alerts: OpsgenieAlert[];
}

const create = {
  type: "object",
  additionalProperties: false,
  required: ["message"],
  properties: {
    message: { type: "string", minLength: 1, maxLength: 130 },
    alias: { type: "string", maxLength: 512 },
    description: { type: "string", maxLength: 15_000 },
    tags: { type: "array", maxItems: 20, items: { type: "string", maxLength: 50 } },
    details: { type: "object", additionalProperties: { type: "string" } },
    entity: { type: "string", maxLength: 512 },
    source: { type: "string", maxLength: 100 },
    priority: { enum: ["P1", "P2", "P3", "P4", "P5"] },
  },
};
const action = {
  type: "object",
  additionalProperties: false,
  properties: {
    note: { type: "string", minLength: 1, maxLength: 25_000 },
    source: { type: "string", maxLength: 100 },
    user: { type: "string", maxLength: 100 },
  },
};

const taken = {
  status: 202,
  body: { result: "Request will be processed", took: 0.1, requestId: "r-1" },
};
const refused = {
  status: 422,
  body: { message: "Key format is not valid!", took: 0, requestId: "r-2" },
};

export async function openFakeOpsgenie(key: string): Promise<FakeOpsgenie> {
  const alerts: OpsgenieAlert[] = [];
  const isKnown = ({ headers }: VendorRequest) => headers.authorization === `GenieKey ${key}`;
  /** What an alias does not find is answered all the same: requests are carried out later. */
  const found = ({ params, query }: VendorRequest): OpsgenieAlert | undefined =>
    query.get("identifierType") === "alias"
      ? alerts.findLast((one) => one.alias === params[0] && !one.isClosed)
      : undefined;
  const vendor = await openVendor([
    {
      method: "POST",
      pattern: /^\/v2\/alerts$/,
      schema: create,
      handle: (request) => {
        if (!isKnown(request)) return refused;
        const { alias, priority } = request.body;
        const open = alerts.find((one) => one.alias === alias && !one.isClosed);
        if (open !== undefined) open.count += 1;
        else {
          const about = { alias: String(alias), priority: String(priority) };
          alerts.push({ ...about, notes: [], count: 1, isClosed: false });
        }
        return taken;
      },
    },
    {
      method: "POST",
      pattern: /^\/v2\/alerts\/([^/]+)\/notes$/,
      schema: { ...action, required: ["note"] },
      handle: (request) => {
        if (!isKnown(request)) return refused;
        found(request)?.notes.push(String(request.body["note"]));
        return taken;
      },
    },
    {
      method: "POST",
      pattern: /^\/v2\/alerts\/([^/]+)\/close$/,
      schema: action,
      handle: (request) => {
        if (!isKnown(request)) return refused;
        const alert = found(request);
        if (alert !== undefined) alert.isClosed = true;
        return taken;
      },
    },
  ]);
  return { ...vendor, alerts };
}
