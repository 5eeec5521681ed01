import type { Securable } from './grants.ts';
import type { DatabricksPort } from './unity-catalog.ts';

export interface TagChange {
  /** Values by key; empty for a tag without one. */
  readonly set: ReadonlyMap<string, string>;
  readonly unset: readonly string[];
}

interface Assigned {
  readonly tag_assignments?: readonly { readonly tag_key: string; readonly tag_value?: string }[];
}

const ROOT = '/api/2.1/unity-catalog/entity-tag-assignments';

/** The tags that a workspace's Unity Catalog keeps of an object, or of a column of a table. */
export class Tags {
  readonly #databricks: DatabricksPort;

  constructor(databricks: DatabricksPort) {
    this.#databricks = databricks;
  }

  /** A tag that is to go and is not there is no error. */
  async change(on: Securable, column: string | undefined, { set, unset }: TagChange): Promise<void> {
    const type = column === undefined ? `${on.type.toLowerCase()}s` : 'columns';
    const name = column === undefined ? on.fullName : `${on.fullName}.${column}`;
    const path = `${ROOT}/${type}/${encodeURIComponent(name)}/tags`;
    const there = new Set((await this.#list(path)).map(([key]) => key));
    for (const [key, value] of set) {
      const body = { entity_type: type, entity_name: name, tag_key: key, tag_value: value };
      if (!there.has(key)) await this.#databricks.request('POST', ROOT, { body });
      else await this.#databricks.request('PATCH', `${path}/${encodeURIComponent(key)}`, { body, query: updated });
    }
    for (const key of unset)
      if (there.has(key)) await this.#databricks.request('DELETE', `${path}/${encodeURIComponent(key)}`);
  }

  async #list(path: string): Promise<readonly (readonly [key: string, value: string])[]> {
    const { tag_assignments: all = [] } = await this.#databricks.request<Assigned>('GET', path);
    return all.map(({ tag_key: key, tag_value: value = '' }) => [key, value]);
  }
}

const updated = { update_mask: 'tag_value' };
