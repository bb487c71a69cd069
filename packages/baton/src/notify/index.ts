// The explicit table of kinds of channels, alphabetical.
import type { ChannelKind } from "./channel.ts";
import { alertmanager } from "./kinds/alertmanager.ts";
import { discord } from "./kinds/discord.ts";
import { email } from "./kinds/email.ts";
import { opsgenie } from "./kinds/opsgenie.ts";
import { pagerduty } from "./kinds/pagerduty.ts";
import { slack } from "./kinds/slack.ts";
import { teams } from "./kinds/teams.ts";
import { webhook } from "./kinds/webhook.ts";

export const channelKinds: readonly ChannelKind[] = [
  alertmanager,
  discord,
  email,
  opsgenie,
  pagerduty,
  slack,
  teams,
  webhook,
];
