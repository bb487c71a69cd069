// Everything that rules ask about settings, addresses and passwords of a process, in one place to import
// from.
export type { Address, Process } from "./addresses.ts";
export {
  addressOf,
  boundAddresses,
  isAnyInterface,
  isLoopback,
  networkAddresses,
  portOf,
  portsOf,
  requiresPassword,
} from "./addresses.ts";
export type { Setting } from "./settings-read.ts";
export {
  everySetting,
  groupOption,
  integerOf,
  isVersionAtLeast,
  isYes,
  monitorOption,
  sentinelSetting,
  setting,
} from "./settings-read.ts";
export { canonicalName } from "./settings-names.ts";
export { bytesOf, secondsOf, systemdBytesOf } from "./values.ts";
