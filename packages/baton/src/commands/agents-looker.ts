// What the agents of a cluster show, of all that can be reached. One is asked while it sees everything; when
// it is blind to some groups the others are asked, too, and whoever sees more of a group is believed.
import type { Layout } from "../cluster/types.ts";
import { endpointText } from "../decide/agree.ts";
import { BatonError } from "../errors.ts";
import type { ShownGroup, ShownStatus } from "../status/shown.ts";
import { askStatus } from "./ask-status.ts";

const BLIND = new Set(["observer-doubt", "observer-refused", "sentinels-silent"]);

/** How little an agent knows of a group: 0 when it hears a majority and does not doubt itself. */
function blindness({ problems, doubts, sentinels }: ShownGroup): number {
  if (sentinels.length === 0) return 2;
  return doubts.length > 0 || problems.some(({ code }) => BLIND.has(code)) ? 1 : 0;
}

const seesAll = ({ groups }: ShownStatus): boolean => groups.every((group) => blindness(group) === 0);

/** Of each group what the agent says that is least blind to it, the first of several. */
function joined(answers: readonly ShownStatus[]): ShownStatus | undefined {
  const [first] = answers;
  if (first === undefined || answers.length === 1) return first;
  const used = new Set<ShownStatus>();
  const groups = first.groups.map((own) => {
    let best = { group: own, status: first };
    for (const status of answers) {
      const group = status.groups.find(({ name }) => name === own.name);
      if (group !== undefined && blindness(group) < blindness(best.group)) best = { group, status };
    }
    used.add(best.status);
    return best.group;
  });
  const told = answers.filter((status) => used.has(status));
  // The oldest of them: nothing on the screen is older than what stands above it.
  const at = told.reduce((oldest, status) => (status.at < oldest ? status.at : oldest), first.at);
  return { observedBy: told.map(({ observedBy }) => observedBy).join(", "), at, groups };
}

/**
 * Whether a status is of this cluster. Agents listen on loopback by default, and who answers there may be
 * the agent of another cluster.
 */
export function isOf({ groups }: Layout, status: ShownStatus): boolean {
  return groups.every(({ name, nodes }) => {
    const told = status.groups.find((group) => group.name === name);
    if (told === undefined) return false;
    const known = new Set(nodes.map(endpointText));
    return told.nodes.every((node) => known.has(endpointText(node)));
  });
}

export interface AgentsLooker {
  /** @throws BatonError UNREACHABLE with what each of them said; the signal's reason when it is aborted */
  look(signal: AbortSignal): Promise<ShownStatus>;
}

/** `urls` are different ones. `isOurs` refuses an answer that is of another cluster. */
export function openAgentsLooker(
  urls: readonly string[],
  isOurs: (status: ShownStatus) => boolean,
): AgentsLooker {
  let preferred = urls[0];

  async function ask(url: string, signal: AbortSignal): Promise<ShownStatus> {
    const status = await askStatus(url, signal);
    if (isOurs(status)) return status;
    throw new BatonError("UNREACHABLE", `${url}: the agent of another cluster answers there`);
  }

  return {
    async look(signal) {
      const reasons: string[] = [];
      const answers: ShownStatus[] = [];
      const attempt = async (url: string) => {
        try {
          const status = await ask(url, signal);
          preferred = answers.length === 0 ? url : preferred;
          answers.push(status);
        } catch (error) {
          if (!(error instanceof BatonError)) throw error;
          reasons.push(error.message);
        }
      };
      const first = preferred;
      if (first !== undefined) await attempt(first);
      if (answers[0] === undefined || !seesAll(answers[0])) {
        await Promise.all(urls.filter((url) => url !== first).map(attempt));
      }
      const status = joined(answers);
      if (status !== undefined) return status;
      throw new BatonError("UNREACHABLE", `no agent answers: ${reasons.join("; ")}`);
    },
  };
}
