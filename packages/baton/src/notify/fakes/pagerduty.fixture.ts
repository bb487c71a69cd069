// PagerDuty's Events API v2 as its public documents describe it: alerts by their dedup_key.
import { openVendor, type Vendor } from "./vendor.fixture.ts";

export interface PagerDutyAlert {
  readonly key: string;
  severity: string;
  isResolved: boolean;
  triggers: number;
}

export interface FakePagerDuty extends Vendor {
  readonly alerts: PagerDutyAlert[];
}

const event = {
  type: "object",
  additionalProperties: false,
  required: ["routing_key", "event_action", "dedup_key"],
  properties: {
    routing_key: { type: "string", minLength: 32, maxLength: 32 },
    event_action: { enum: ["trigger", "acknowledge", "resolve"] },
    dedup_key: { type: "string", minLength: 1, maxLength: 255 },
    client: { type: "string" },
    client_url: { type: "string" },
    payload: {
      type: "object",
      additionalProperties: false,
      required: ["summary", "source", "severity"],
      properties: {
        summary: { type: "string", minLength: 1, maxLength: 1_024 },
        source: { type: "string", minLength: 1 },
        severity: { enum: ["critical", "error", "warning", "info"] },
        timestamp: { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT.*(Z|[+-]\\d\\d:?\\d\\d)$" },
        component: { type: "string" },
        group: { type: "string" },
        class: { type: "string" },
        custom_details: { type: "object" },
      },
    },
  },
  anyOf: [
    { properties: { event_action: { enum: ["acknowledge", "resolve"] } } },
    { required: ["payload"] },
  ],
};

export async function openFakePagerDuty(key: string): Promise<FakePagerDuty> {
  const alerts: PagerDutyAlert[] = [];
  const vendor = await openVendor([
    {
      method: "POST",
      pattern: /^\/v2\/enqueue$/,
      schema: event,
      handle: ({ body }) => {
        const { routing_key: routing, event_action: action, dedup_key: dedup, payload } = body;
        if (routing !== key) {
          const errors = ["Invalid routing key"];
          return {
            status: 400,
            body: { status: "invalid event", message: "Event object is invalid", errors },
          };
        }
        const open = alerts.find((one) => one.key === dedup && !one.isResolved);
        const severity = (payload as { readonly severity?: string } | undefined)?.severity ?? "";
        if (action === "resolve" && open !== undefined) open.isResolved = true;
        if (action === "trigger" && open !== undefined)
          Object.assign(open, { severity, triggers: open.triggers + 1 });
        if (action === "trigger" && open === undefined)
          alerts.push({ key: String(dedup), severity, isResolved: false, triggers: 1 });
        return {
          status: 202,
          body: { status: "success", message: "Event processed", dedup_key: dedup },
        };
      },
    },
  ]);
  return { ...vendor, alerts };
}
