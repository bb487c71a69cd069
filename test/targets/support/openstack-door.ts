// A door in front of Keystone and Octavia: a login is no write.
import { type Door, openHttpDoor } from "../../../packages/baton/src/targets/fakes/door.fixture.ts";

export const openOpenstackDoor = (
  upstream: string,
  settingsOf: (base: string) => Readonly<Record<string, unknown>>,
): Promise<Door> =>
  openHttpDoor({
    upstream,
    settingsOf,
    isWrite: ({ method, path }) => method !== "GET" && !path.endsWith("/auth/tokens"),
  });
