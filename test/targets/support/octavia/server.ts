// The real Keystone and the real Octavia of Debian on free ports of the loopback address, with one user who
// may change load balancers and nothing else.
import { cp, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { TEST_SECRET } from "../../../../packages/baton/src/targets/surroundings.fixture.ts";
import { octaviaDisk, ownPrefix, programsFolder, RUNS } from "./disk.ts";
import { mustSay, tokenOf, type User } from "./openstack.ts";
import { type Program, startProgram } from "./program.ts";

const DEFAULT = { name: "Default" };
const ADMINISTRATOR: User = {
  name: "admin",
  password: "administrator-of-a-test",
  project: { name: "admin", domain: DEFAULT },
};
const BATON: User = {
  name: "baton",
  password: TEST_SECRET,
  project: { name: "shop", domain: DEFAULT },
};
const ROLE = "load-balancer_member";

export interface RealOctavia {
  /** With /v3. */
  readonly keystone: string;
  /** Without a version. */
  readonly octavia: string;
  readonly project: string;
  readonly applicationCredential: string;
  /** A token of the user; another one after setUserEnabled. */
  token(): Promise<string>;
  /** In force when it resolves, also for tokens that Octavia has seen. */
  setUserEnabled(isEnabled: boolean): Promise<void>;
  close(): Promise<void>;
}

interface Made {
  readonly id: string;
}

async function setUp(keystone: string, octavia: string) {
  const token = await tokenOf(keystone, ADMINISTRATOR);
  const make = async (kind: string, body: Readonly<Record<string, unknown>>): Promise<string> => {
    const url = `${keystone}/${kind}s`;
    const made = await mustSay<Record<string, Made>>({
      method: "POST",
      url,
      token,
      body: { [kind]: body },
    });
    return made[kind]?.id ?? "";
  };
  const project = await make("project", { name: BATON.project.name, domain_id: "default" });
  const { name, password } = BATON;
  const user = await make("user", { name, password, domain_id: "default" });
  const role = await make("role", { name: ROLE });
  const grant = `${keystone}/projects/${project}/users/${user}/roles/${role}`;
  await mustSay({ method: "PUT", url: grant, token });
  const service_id = await make("service", { type: "load-balancer", name: "octavia" });
  await make("endpoint", { service_id, interface: "public", region_id: "GRA11", url: octavia });
  const own = await tokenOf(keystone, BATON);
  const { application_credential } = await mustSay<{ readonly application_credential: Made }>({
    method: "POST",
    url: `${keystone}/users/${user}/application_credentials`,
    token: own,
    body: {
      application_credential: { name: "baton", secret: TEST_SECRET, roles: [{ name: ROLE }] },
    },
  });
  return { project, user, applicationCredential: application_credential.id };
}

/** Takes seconds where the disk is there, and minutes where it has to be made. */
export async function startRealOctavia(): Promise<RealOctavia> {
  const root = await octaviaDisk();
  const folder = await mkdtemp(join(root, RUNS, ownPrefix()));
  const inside = folder.slice(root.length);
  const programs: Program[] = [];
  const close = async () => {
    for (const program of programs) await program.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await cp(programsFolder, folder, { recursive: true });
    await cp(join(root, "srv/keystone"), folder, { recursive: true });
    const first = await startProgram(root, [`${inside}/keystone-service.py`, inside]);
    programs.push(first);
    const args = [`${inside}/octavia-service.py`, inside, String(first.port)];
    const second = await startProgram(root, args);
    programs.push(second);
    const keystone = `http://127.0.0.1:${first.port}/v3`;
    const octavia = `http://127.0.0.1:${second.port}`;
    const { project, user, applicationCredential } = await setUp(keystone, octavia);
    let token: Promise<string> | undefined;
    return {
      keystone,
      octavia,
      project,
      applicationCredential,
      token: () => (token ??= tokenOf(keystone, BATON)),
      async setUserEnabled(enabled) {
        token = undefined;
        const own = await tokenOf(keystone, ADMINISTRATOR);
        const url = `${keystone}/users/${user}`;
        await mustSay({ method: "PATCH", url, token: own, body: { user: { enabled } } });
        await mustSay({ method: "PUT", url: `${octavia}/control/forget` });
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
