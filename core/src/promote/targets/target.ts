import type { ArmClient } from '../../azure/arm.ts';
import type { DatabricksClient } from '../../azure/databricks.ts';
import type { PlainValue } from '../../project/config-node.ts';
import type { Factory } from '../../project/factory.ts';
import type { Project } from '../../project/project.ts';
import type { ResolvedBundle } from '../../project/resolve-bundle.ts';
import type { Body } from '../canonical.ts';
import type { Library } from '../libraries.ts';

/** What every target is given: the project as it is deployed, and the clients of one environment. */
export interface PromotionContext {
  readonly project: Project;
  /** Resolved for the user who deploys. */
  readonly bundle: ResolvedBundle;
  readonly databricks: DatabricksClient;
  /** Undefined where the project has no factory. */
  readonly dataFactory: DataFactoryPlace | undefined;
  /** The project's mark on what it owns: `shopcom`, in annotations `medallion:shopcom`. */
  readonly owner: string;
  /** `workspace.file_path` of the target: where the bundle's files go. */
  readonly filePath: string;
  /** The bundle's own wheels and JARs, built at the first question. */
  readonly libraries: () => Promise<readonly Library[]>;
  readonly statePath: string;
  /** The content that has this SHA-256, from the project or from what was kept before it was overwritten. */
  readonly content: (sha256: string) => Promise<Uint8Array>;
  /** Keeps content that is about to be overwritten. Resolves to its SHA-256. */
  readonly keep: (bytes: Uint8Array) => Promise<string>;
  readonly signal: AbortSignal | undefined;
}

export interface DataFactoryPlace {
  readonly arm: ArmClient;
  readonly factoryId: string;
  readonly factory: Factory;
  /** Values of global parameters that the environment says otherwise than the factory's file. */
  readonly globalParameters: Readonly<Record<string, PlainValue>>;
}

/** An object that the project wants to exist. */
export interface WantedObject {
  /** Identifies it within its kind in this project and environment. */
  readonly name: string;
  /** As the service shows it: a job's name, a file's path in the workspace. */
  readonly title: string;
  /** As it is sent; may hold `${resources...}` and secrets. */
  readonly body: Body;
}

/** How an object is looked for: as wanted, or as the ledger remembers it. */
export interface ObjectRef {
  readonly name: string;
  readonly title: string;
  readonly id?: string | undefined;
  /** True where the ledger says that this project made it. */
  readonly recorded: boolean;
  /** As recorded: an object that still has this mark still has this canonical hash. */
  readonly mark?: string | undefined;
  readonly hash?: string | undefined;
}

export interface LiveObject {
  readonly name: string;
  readonly title: string;
  readonly body: Body;
  /** Made by this project, as its mark or the ledger says. */
  readonly ours: boolean;
  readonly id?: string;
  readonly etag?: string;
  readonly mark?: string;
  /** Where the mark is the recorded one: the recorded hash, and `body` is empty. */
  readonly knownHash?: string;
  /** A trigger that is started. */
  readonly running?: boolean;
}

/** One kind of object that can be promoted. A new kind is a file with one of these and a line in `index.ts`. */
export interface PromotionTarget {
  /** `<service>/<resource>`. */
  readonly kind: string;
  /** Names differ by more than case. */
  readonly caseless: boolean;
  /** A foreign object under a wanted name: refuse, use it as it is, or stand beside it. */
  readonly whenNameTaken: 'refuse' | 'use';
  /** False for what holds data: it is reported and kept. */
  readonly removable: boolean;
  wanted(context: PromotionContext): Promise<readonly WantedObject[]>;
  /** The objects looked for that exist, and the foreign ones that stand where this project's objects do. */
  list(context: PromotionContext, refs: readonly ObjectRef[]): Promise<readonly LiveObject[]>;
  find(context: PromotionContext, ref: ObjectRef): Promise<LiveObject | undefined>;
  /** The same for what was sent and for what the service gives back. Never a secret. */
  canonical(body: Body): Body;
  /** What an update cannot change, in words; undefined where it can. */
  immutable?(live: Body, wanted: Body): string | undefined;
  /** Resolves to the new object's id where the service gives one. */
  create(context: PromotionContext, wanted: WantedObject): Promise<string | undefined>;
  update(context: PromotionContext, wanted: WantedObject, live: LiveObject): Promise<void>;
  remove(context: PromotionContext, live: LiveObject): Promise<void>;
  /** What must be kept of a live object so that it can be put back. */
  previous(context: PromotionContext, live: LiveObject): Promise<Body>;
  readonly switch?: {
    start(context: PromotionContext, name: string): Promise<void>;
    stop(context: PromotionContext, name: string): Promise<void>;
  };
}
