// What the files around Redis say: Ansible, Compose, Kubernetes, HAProxy, scripts, Terraform.
import type { Place } from "./finding.ts";
import type { Directive, FileState, HostFacts, Malformed, Word } from "./facts.ts";

/** YAML or HCL with the place of everything in it. */
export type Tree = TreeMap | TreeList | TreeScalar;

export interface TreeMap {
  readonly kind: "map";
  readonly place: Place;
  /** By key, the last one of its name counts. */
  readonly entries: ReadonlyMap<string, TreeEntry>;
}

export interface TreeEntry {
  readonly key: Word;
  readonly value: Tree;
}

export interface TreeList {
  readonly kind: "list";
  readonly place: Place;
  readonly items: readonly Tree[];
}

interface TreeScalar {
  readonly kind: "scalar";
  readonly place: Place;
  /** An empty text for null. */
  readonly word: Word;
}

export interface AnsibleTask {
  readonly place: Place;
  /** Empty when the task has none. */
  readonly name: string;
  /** Without its collection: "template" for ansible.builtin.template. */
  readonly module: string;
  /**
   * By name; a list gives all of its scalars. `src=a dest=b` on one line counts alike, and what a command
   * module is to run stands under "".
   */
  readonly values: ReadonlyMap<string, readonly Word[]>;
  /** `when` of the task and of the blocks around it. */
  readonly conditions: readonly Word[];
  readonly notifies: readonly Word[];
  readonly items: readonly Word[];
  readonly isHandler: boolean;
  /** How many hosts may be at it at once. */
  readonly throttle?: Word;
  /** `run_once`: one host of the play does it for all. */
  readonly isOnce?: true;
  /** `delegate_to`: the host that does it instead. */
  readonly delegate?: Word;
  /** Of `loop_control`: how long to wait between two items, in seconds. */
  readonly pause?: Word;
  /** The pattern of its play; absent in a role. */
  readonly hosts?: Word;
}

export interface AnsiblePlay {
  readonly place: Place;
  readonly hosts: Word;
  readonly serial?: Word;
  readonly roles: readonly Word[];
  readonly tasks: readonly AnsibleTask[];
}

/** From `vars`, group_vars, host_vars, a role's defaults; nested ones with dots between. */
export interface AnsibleVariable {
  readonly name: string;
  readonly value: Word;
}

export interface AnsibleFile {
  readonly file: string;
  readonly plays: readonly AnsiblePlay[];
  /** All of the file, those of its plays and the handlers included. */
  readonly tasks: readonly AnsibleTask[];
  readonly variables: readonly AnsibleVariable[];
  readonly malformed: readonly Malformed[];
}

export interface InventoryHost {
  readonly name: Word;
  /** Names of all groups that it is in, also by way of their children. */
  readonly groups: readonly string[];
  /** Its own and those of its groups. */
  readonly variables: ReadonlyMap<string, Word>;
}

export interface Inventory {
  readonly file: string;
  readonly hosts: readonly InventoryHost[];
  /** The same, as machines. */
  readonly machines: readonly HostFacts[];
  readonly malformed: readonly Malformed[];
}

/** A mount of a container. */
export interface Mount {
  /** Where it comes from; absent for a volume without a source. */
  readonly source?: Word;
  readonly target: Word;
  /** `bind` is a path of the host; `file` one entry of a ConfigMap, a Secret or a `configs:` list. */
  readonly kind: "bind" | "volume" | "file";
  readonly isReadOnly: boolean;
  /** A tmpfs, which a container loses when it ends, or an emptyDir, which ends with its pod. */
  readonly isTemporary?: true;
}

/** A service of Compose, or a container of a Kubernetes workload. */
export interface Container {
  readonly file: string;
  readonly platform: "compose" | "kubernetes";
  readonly name: string;
  readonly place: Place;
  readonly image?: Word;
  /** Entrypoint and command in one, words of a shell line split. */
  readonly command: readonly Word[];
  readonly mounts: readonly Mount[];
  /** Host ports that lead to it, as written. */
  readonly ports: readonly Word[];
  readonly environment: ReadonlyMap<string, Word>;
  /** "bridge" unless it has the host's network, or a driver gives it an address of its own. */
  readonly network: "bridge" | "host" | "routed";
  /** A fixed address in its network. */
  readonly address?: Word;
  readonly restart?: Word;
}

export interface ComposeFile {
  readonly file: string;
  readonly services: readonly Container[];
  readonly malformed: readonly Malformed[];
}

/** A Kubernetes manifest, or a values file of a chart. */
export interface HelmFile {
  readonly file: string;
  readonly containers: readonly Container[];
  /** Scalars of a values file by their path: "sentinel.quorum". Empty for a manifest. */
  readonly values: ReadonlyMap<string, Word>;
  readonly malformed: readonly Malformed[];
}

export interface HaproxySection {
  readonly kind: "global" | "defaults" | "frontend" | "backend" | "listen" | "other";
  readonly name: string;
  readonly place: Place;
  /** The first word in lower case as name; `tcp-check` has its verb as first word. */
  readonly lines: readonly Directive[];
}

export interface HaproxyFile {
  readonly file: string;
  readonly sections: readonly HaproxySection[];
  readonly malformed: readonly Malformed[];
}

export interface ScriptCommand {
  /** Without its path: "curl" for /usr/bin/curl. */
  readonly name: string;
  /** Behind the name. */
  readonly words: readonly Word[];
  readonly place: Place;
  /** `ignored`: || true, ; `condition`: an if, &&, || asks for it; `plain`: only `set -e` would. */
  readonly outcome: "ignored" | "condition" | "plain";
  /** Stands in a function, or within a loop. */
  readonly isNested: boolean;
  /** Of a shell script, the outermost first. */
  readonly loops?: readonly ScriptLoop[];
}

/** The same object for all commands within it. */
export interface ScriptLoop {
  readonly place: Place;
  /** Of `for NAME in`. */
  readonly variable?: string;
}

/** A use of $1 .. $9, or of sys.argv[n]. */
export interface ScriptArgument {
  readonly number: number;
  readonly place: Place;
  /** The variable that it becomes. */
  readonly assignedTo?: string;
  /** The option in front of it: "--ip". */
  readonly option?: string;
}

export interface ScriptExit {
  readonly place: Place;
  /** Absent when it is not a plain number. */
  readonly code?: number;
}

export interface Script {
  readonly file: string;
  readonly language: "shell" | "python";
  /** Behind #!, from its first line. */
  readonly interpreter?: Word;
  readonly hasCarriageReturns: boolean;
  readonly state?: FileState;
  readonly commands: readonly ScriptCommand[];
  /** In the main part; a function's own arguments are not the script's. */
  readonly parameters: readonly ScriptArgument[];
  /** "$@", $*, shift, or sys.argv as a whole. */
  readonly takesAll: boolean;
  readonly exits: readonly ScriptExit[];
  readonly stopsOnError: boolean;
  readonly comments: readonly Word[];
  /** NAME=value with a text that is settled. */
  readonly assignments: readonly { readonly name: string; readonly value: Word }[];
}

/** A block of Terraform. */
export interface TerraformBlock {
  readonly file: string;
  /** "resource", "variable", "ingress" */
  readonly kind: string;
  readonly labels: readonly Word[];
  readonly place: Place;
  /** A list gives all of its words; expressions are one unknown word. */
  readonly values: ReadonlyMap<string, readonly Word[]>;
  readonly blocks: readonly TerraformBlock[];
}

export interface TerraformFile {
  readonly file: string;
  readonly blocks: readonly TerraformBlock[];
  readonly malformed: readonly Malformed[];
}

/** sysctl.conf, or a file of sysctl.d. */
export interface SysctlFile {
  readonly file: string;
  /** In the order of the file; names with dots: "vm.overcommit_memory". */
  readonly settings: readonly { readonly name: string; readonly value: Word }[];
}

/** All of it. Every list is empty without such files. */
export interface Infrastructure {
  readonly ansible: readonly AnsibleFile[];
  readonly inventory: readonly Inventory[];
  readonly compose: readonly ComposeFile[];
  readonly helm: readonly HelmFile[];
  readonly haproxy: readonly HaproxyFile[];
  readonly scripts: readonly Script[];
  readonly sysctl: readonly SysctlFile[];
  readonly terraform: readonly TerraformFile[];
}
