import { ExpectedError } from '../base/expected-error.ts';
import { sparkToDelta } from '../delta/spark-types.ts';
import type { PolicyCall } from './policies.ts';
import type { ColumnInfo } from './resolver.ts';
import type { FunctionInfo } from './stored-function.ts';
import { homeProperties, type StoredQuery, type ViewDefinition, viewProperties } from './stored-view.ts';

/** What Unity Catalog is asked through; core/azure's Databricks client has it. */
export interface DatabricksPort {
  /**
   * Resolves to the parsed body. Rejects on every other status than 2xx with an ExpectedError, whose code is Databricks'
   * `error_code` as `databricks.table-does-not-exist`.
   */
  request<T>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    options?: {
      readonly query?: Readonly<Record<string, string>>;
      readonly body?: unknown;
      readonly signal?: AbortSignal;
    },
  ): Promise<T>;
}

/** As `/api/2.1/unity-catalog/tables` answers it; the parts that are used. */
export interface TableInfo {
  readonly name: string;
  readonly catalog_name: string;
  readonly schema_name: string;
  readonly table_id?: string;
  readonly table_type: string;
  readonly data_source_format?: string;
  readonly storage_location?: string;
  readonly view_definition?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly columns?: readonly {
    readonly name: string;
    readonly type_text?: string;
    readonly nullable?: boolean;
    readonly comment?: string;
    readonly mask?: { readonly function_name: string; readonly using_column_names?: readonly string[] };
  }[];
  readonly row_filter?: { readonly function_name: string; readonly input_column_names?: readonly string[] };
  readonly comment?: string;
  readonly owner?: string;
  /** Milliseconds since 1970. */
  readonly created_at?: number;
  readonly created_by?: string;
  /** Milliseconds since 1970. */
  readonly updated_at?: number;
  readonly table_constraints?: readonly {
    readonly primary_key_constraint?: { readonly name: string; readonly child_columns: readonly string[] };
    readonly foreign_key_constraint?: {
      readonly name: string;
      readonly child_columns: readonly string[];
      readonly parent_table: string;
      readonly parent_columns: readonly string[];
    };
  }[];
}

/** As `/catalogs` and `/schemas` answer it; the parts that are used. Times are milliseconds since 1970. */
export interface NamespaceInfo {
  readonly name: string;
  readonly comment?: string;
  readonly owner?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly storage_root?: string;
  readonly storage_location?: string;
  readonly created_at?: number;
  readonly created_by?: string;
  readonly updated_at?: number;
  readonly updated_by?: string;
}

/** What PATCH changes of a catalog, a schema or a table; properties as a whole. */
export interface SecurableChange {
  readonly comment?: string;
  readonly owner?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

export interface StagingTableInfo {
  readonly id: string;
  readonly staging_location: string;
}

export interface VolumeInfo {
  readonly name: string;
  readonly storage_location: string;
}

const ROOT = '/api/2.1/unity-catalog';

/** Unity Catalog's REST interface 2.1, one method per operation. */
export class UnityCatalog {
  readonly #databricks: DatabricksPort;

  constructor(databricks: DatabricksPort) {
    this.#databricks = databricks;
  }

  getTable(fullName: string): Promise<TableInfo> {
    return this.#databricks.request('GET', `${ROOT}/tables/${encodeURIComponent(fullName)}`);
  }

  getVolume(fullName: string): Promise<VolumeInfo> {
    return this.#databricks.request('GET', `${ROOT}/volumes/${encodeURIComponent(fullName)}`);
  }

  listTables(catalog: string, schema: string): Promise<TableInfo[]> {
    return this.#list('tables', { catalog_name: catalog, schema_name: schema, omit_columns: 'true' });
  }

  tablesWithColumns(catalog: string, schema: string): Promise<TableInfo[]> {
    return this.#list('tables', { catalog_name: catalog, schema_name: schema });
  }

  async names(kind: 'catalogs' | 'schemas' | 'tables' | 'volumes', query: Record<string, string>): Promise<string[]> {
    const found = await this.#list<{ readonly name: string }>(kind, query);
    return found.map(({ name }) => name);
  }

  createStagingTable(catalog: string, schema: string, name: string): Promise<StagingTableInfo> {
    const body = { catalog_name: catalog, schema_name: schema, name };
    return this.#databricks.request('POST', `${ROOT}/staging-tables`, { body });
  }

  createManagedTable(
    name: { catalog: string; schema: string; table: string },
    location: string,
    columns: readonly ColumnInfo[],
    dataset?: StoredQuery & { readonly type: string },
  ): Promise<TableInfo> {
    const body = {
      name: name.table,
      catalog_name: name.catalog,
      schema_name: name.schema,
      table_type: dataset?.type ?? 'MANAGED',
      data_source_format: 'DELTA',
      storage_location: location,
      columns: columns.map(describeColumn),
      ...(dataset ? storedQuery(dataset) : {}),
    };
    return this.#databricks.request('POST', `${ROOT}/tables`, { body });
  }

  async createView(name: { catalog: string; schema: string; table: string }, view: ViewDefinition): Promise<TableInfo> {
    const body = {
      name: name.table,
      catalog_name: name.catalog,
      schema_name: name.schema,
      table_type: 'VIEW',
      ...describeView(view),
    };
    return await this.#databricks.request('POST', `${ROOT}/tables`, { body });
  }

  async replaceView(fullName: string, view: ViewDefinition): Promise<void> {
    // A comment that is left out would stay.
    const body = { ...describeView(view), comment: view.comment ?? '' };
    await this.#databricks.request('PATCH', `${ROOT}/tables/${encodeURIComponent(fullName)}`, { body });
  }

  async renameTable(fullName: string, newName: string): Promise<void> {
    const body = { new_name: newName };
    await this.#databricks.request('PATCH', `${ROOT}/tables/${encodeURIComponent(fullName)}`, { body });
  }

  async updateTable(fullName: string, columns: readonly ColumnInfo[], query?: StoredQuery): Promise<void> {
    const body = { columns: columns.map(describeColumn), ...(query ? storedQuery(query) : {}) };
    await this.#databricks.request('PATCH', `${ROOT}/tables/${encodeURIComponent(fullName)}`, { body });
  }

  /** @param filter absent: there is to be none. */
  async setRowFilter(fullName: string, filter: PolicyCall | undefined): Promise<void> {
    const body = {
      row_filter: filter ? { function_name: filter.functionName, input_column_names: filter.columns } : {},
    };
    await this.#databricks.request('PATCH', `${ROOT}/tables/${encodeURIComponent(fullName)}`, { body });
  }

  /** @param mask absent: there is to be none. */
  async setMask(fullName: string, column: string, mask: PolicyCall | undefined): Promise<void> {
    const own = mask ? { function_name: mask.functionName, using_column_names: mask.columns } : {};
    const body = { column_mask: { column, ...own } };
    await this.#databricks.request('PATCH', `${ROOT}/tables/${encodeURIComponent(fullName)}`, { body });
  }

  /** The groups of whoever is signed in: a workspace's own (`admins`) and the account's. */
  async groups(): Promise<readonly string[]> {
    const { groups = [] } = await this.#databricks.request<{
      readonly groups?: readonly { readonly display?: string }[];
    }>('GET', '/api/2.0/preview/scim/v2/Me');
    return groups.flatMap(({ display }) => display ?? []);
  }

  async deleteTable(fullName: string): Promise<void> {
    await this.#databricks.request('DELETE', `${ROOT}/tables/${encodeURIComponent(fullName)}`);
  }

  getFunction(fullName: string): Promise<FunctionInfo> {
    return this.#databricks.request('GET', `${ROOT}/functions/${encodeURIComponent(fullName)}`);
  }

  async createFunction(info: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#databricks.request('POST', `${ROOT}/functions`, { body: { function_info: info } });
  }

  async replaceFunction(fullName: string, info: Readonly<Record<string, unknown>>): Promise<void> {
    const body = { function_info: info };
    await this.#databricks.request('PATCH', `${ROOT}/functions/${encodeURIComponent(fullName)}`, { body });
  }

  async deleteFunction(fullName: string): Promise<void> {
    await this.#databricks.request('DELETE', `${ROOT}/functions/${encodeURIComponent(fullName)}`);
  }

  async createSchema(catalog: string, name: string, definition: SchemaDefinition = {}): Promise<void> {
    const { comment, properties, location } = definition;
    const parts = {
      ...(comment === undefined ? {} : { comment }),
      ...(properties && properties.size > 0 ? { properties: Object.fromEntries(properties) } : {}),
      ...(location === undefined ? {} : { storage_root: location }),
    };
    await this.#databricks.request('POST', `${ROOT}/schemas`, { body: { name, catalog_name: catalog, ...parts } });
  }

  async createCatalog(
    name: string,
    { comment, location }: Pick<SchemaDefinition, 'comment' | 'location'>,
  ): Promise<void> {
    const parts = {
      ...(comment === undefined ? {} : { comment }),
      ...(location === undefined ? {} : { storage_root: location }),
    };
    await this.#databricks.request('POST', `${ROOT}/catalogs`, { body: { name, ...parts } });
  }

  /** @param location of an external volume's files; absent for a managed one. */
  async createVolume(
    { catalog, schema, table: name }: { catalog: string; schema: string; table: string },
    { comment, location }: Pick<SchemaDefinition, 'comment' | 'location'>,
  ): Promise<void> {
    const place = location === undefined ? {} : { storage_location: location };
    const body = {
      name,
      catalog_name: catalog,
      schema_name: schema,
      volume_type: location === undefined ? 'MANAGED' : 'EXTERNAL',
      ...place,
      ...(comment === undefined ? {} : { comment }),
    };
    await this.#databricks.request('POST', `${ROOT}/volumes`, { body });
  }

  async deleteVolume(fullName: string): Promise<void> {
    await this.#databricks.request('DELETE', `${ROOT}/volumes/${encodeURIComponent(fullName)}`);
  }

  /** @param kind with the full name of one of it. */
  async getNamespace(kind: 'catalogs' | 'schemas', fullName: string): Promise<NamespaceInfo> {
    return await this.#databricks.request('GET', `${ROOT}/${kind}/${encodeURIComponent(fullName)}`);
  }

  /** Changes what is kept of an object beside its columns. */
  async changeSecurable(
    kind: 'catalogs' | 'schemas' | 'tables',
    fullName: string,
    change: SecurableChange,
  ): Promise<void> {
    await this.#databricks.request('PATCH', `${ROOT}/${kind}/${encodeURIComponent(fullName)}`, { body: change });
  }

  async deleteSchema(fullName: string, force: boolean): Promise<void> {
    await this.#databricks.request('DELETE', `${ROOT}/schemas/${encodeURIComponent(fullName)}`, {
      query: { force: String(force) },
    });
  }

  async #list<T>(kind: string, query: Record<string, string>): Promise<T[]> {
    const found: T[] = [];
    let token: string | undefined;
    do {
      const page: Record<string, string> = token === undefined ? query : { ...query, page_token: token };
      const answer = await this.#databricks.request<Record<string, unknown>>('GET', `${ROOT}/${kind}`, { query: page });
      found.push(...((answer[kind] ?? []) as T[]));
      const next = answer['next_page_token'];
      token = typeof next === 'string' && next !== '' ? next : undefined;
    } while (token !== undefined);
    return found;
  }
}

/** What CREATE SCHEMA says of a schema beside its name. */
export interface SchemaDefinition {
  readonly comment?: string;
  readonly properties?: ReadonlyMap<string, string>;
  /** Where its managed tables lie, below which folder of the lake. */
  readonly location?: string;
}

/** A query and the names that were current where it was written, under the properties that Spark keeps them in. */
function storedQuery(query: StoredQuery): Record<string, unknown> {
  return { view_definition: query.definition, properties: homeProperties(query) };
}

function describeView(view: ViewDefinition): Record<string, unknown> {
  return {
    columns: view.columns.map(({ comment, ...column }, position) => ({
      ...describeColumn({ ...column, nullable: true }, position),
      ...(comment === undefined ? {} : { comment }),
    })),
    view_definition: view.definition,
    properties: viewProperties(view),
    ...(view.comment === undefined ? {} : { comment: view.comment }),
  };
}

/** Databricks' own code of a failed request, such as `TABLE_DOES_NOT_EXIST`; undefined for other errors. */
export function serviceErrorCode(error: unknown): string | undefined {
  if (!(error instanceof ExpectedError) || !error.code.startsWith('databricks.')) return undefined;
  return error.code.slice('databricks.'.length).replaceAll('-', '_').toUpperCase();
}

/** Unity Catalog's ColumnTypeName for the first word of Delta's type. */
const TYPE_NAMES: Readonly<Record<string, string>> = { integer: 'INT', void: 'NULL' };

function describeColumn({ name, typeText, nullable }: ColumnInfo, position: number): Record<string, unknown> {
  // Delta keeps a text's collation beside its type.
  const type = sparkToDelta(typeText.replace(/ collate \w+/gi, ''));
  const kind = typeof type === 'string' ? type.replace(/\(.*/, '') : type.type;
  return {
    name,
    type_text: typeText,
    type_name: TYPE_NAMES[kind] ?? kind.toUpperCase(),
    type_json: JSON.stringify({ name, type, nullable, metadata: {} }),
    position,
    nullable,
  };
}
