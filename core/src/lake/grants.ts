import type { DatabricksPort } from './unity-catalog.ts';

/** An object that privileges are granted on, by Unity Catalog's name of its type. */
export interface Securable {
  readonly type: 'METASTORE' | 'CATALOG' | 'SCHEMA' | 'TABLE' | 'FUNCTION' | 'VOLUME';
  /** `catalog.schema.table`; empty for the metastore. */
  readonly fullName: string;
}

export interface GrantChange {
  readonly principal: string;
  /** `USE_SCHEMA` */
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/** A privilege of a principal, and the object that it was granted on. */
export interface Grant {
  readonly principal: string;
  readonly privilege: string;
  readonly type: string;
  readonly name: string;
}

interface Effective {
  readonly privilege_assignments?: readonly {
    readonly principal: string;
    readonly privileges: readonly {
      readonly privilege: string;
      readonly inherited_from_type?: string;
      readonly inherited_from_name?: string;
    }[];
  }[];
}

const ROOT = '/api/2.1/unity-catalog';

/** The privileges that a workspace's Unity Catalog keeps. */
export class Grants {
  readonly #databricks: DatabricksPort;

  constructor(databricks: DatabricksPort) {
    this.#databricks = databricks;
  }

  /** A privilege that is there already, or that is taken away and is not there, is no error. */
  async change(securable: Securable, change: GrantChange): Promise<void> {
    const path = await this.#path('permissions', securable);
    await this.#databricks.request('PATCH', path, { body: { changes: [change] } });
  }

  /** Own ones, and those of what the object lies in. */
  async effective(securable: Securable): Promise<readonly Grant[]> {
    const path = await this.#path('effective-permissions', securable);
    const { privilege_assignments: all = [] } = await this.#databricks.request<Effective>('GET', path);
    return all.flatMap(({ principal, privileges }) =>
      privileges.map(({ privilege, inherited_from_type: type, inherited_from_name: name }) => ({
        principal,
        privilege,
        type: type ?? securable.type,
        name: name ?? securable.fullName,
      })),
    );
  }

  async #path(what: string, { type, fullName }: Securable): Promise<string> {
    const name = type === 'METASTORE' ? await this.#metastore() : fullName;
    return `${ROOT}/${what}/${type.toLowerCase()}/${encodeURIComponent(name)}`;
  }

  async #metastore(): Promise<string> {
    const { metastore_id: id } = await this.#databricks.request<{ readonly metastore_id: string }>(
      'GET',
      `${ROOT}/metastore_summary`,
    );
    return id;
  }
}
