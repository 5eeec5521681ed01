import type { KnownColumn, KnownLake, KnownRelation } from './known-lake.ts';

/** A relation as a name in a statement finds it. `id` is what lineage calls it. */
export interface FoundRelation {
  readonly id: string;
  readonly kind: 'table' | 'view' | 'temporaryView';
  readonly source: KnownRelation['source'];
  readonly description?: string | undefined;
  readonly columns: readonly KnownColumn[] | undefined;
}

interface StoredRelation extends FoundRelation {
  readonly catalog: string | undefined;
  readonly schema: string;
  readonly name: string;
}

interface NameParts {
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
  readonly table: string;
}

/** What names mean at a place of a job: the lake, then what the statements before have made, changed and dropped. */
export class KnownNames {
  /** By `schema.table` in lower case: one for each catalog that has it. */
  readonly #relations = new Map<string, readonly StoredRelation[]>();
  /** By name in lower case; a file's own. */
  readonly #temporary = new Map<string, FoundRelation>();
  catalog: string | undefined;
  schema: string | undefined;

  constructor(lake: KnownLake) {
    // What the lake itself says comes last, and so wins over contracts; a contract's words are kept.
    const order = { contract: 0, statement: 1, lake: 2 };
    const sorted = lake.relations.toSorted((left, right) => order[left.source] - order[right.source]);
    for (const { catalog, schema, name, ...relation } of sorted)
      this.#put(catalog, schema, name, { ...relation, columns: relation.columns });
    this.startFile(lake);
  }

  /** A new file begins: its session has no temporary views, and its names start where the task's do. */
  startFile({ catalog, schema }: Pick<KnownLake, 'catalog' | 'schema'>): void {
    this.#temporary.clear();
    this.catalog = catalog;
    this.schema = schema;
  }

  find({ catalog, schema, table }: NameParts): FoundRelation | undefined {
    const temporary = schema === undefined ? this.#temporary.get(table.toLowerCase()) : undefined;
    return temporary ?? this.#stored(catalog ?? this.catalog, keyOf(schema ?? this.schema ?? 'default', table));
  }

  all(): readonly (FoundRelation & Partial<StoredRelation>)[] {
    return [...this.#temporary.values(), ...[...this.#relations.values()].flat()];
  }

  define(
    { catalog = this.catalog, schema = this.schema ?? 'default', table }: NameParts,
    relation: Pick<FoundRelation, 'kind' | 'columns' | 'description'>,
  ): FoundRelation {
    return this.#put(catalog, schema, table, { ...relation, source: 'statement' });
  }

  defineTemporary(name: string, columns: readonly KnownColumn[] | undefined): FoundRelation {
    const found: FoundRelation = { id: name, kind: 'temporaryView', source: 'statement', columns };
    this.#temporary.set(name.toLowerCase(), found);
    return found;
  }

  drop({ catalog = this.catalog, schema, table }: NameParts): void {
    if (schema === undefined && this.#temporary.delete(table.toLowerCase())) return;
    const key = keyOf(schema ?? this.schema ?? 'default', table);
    const dropped = this.#stored(catalog, key);
    this.#relations.set(
      key,
      (this.#relations.get(key) ?? []).filter((one) => one !== dropped),
    );
  }

  /** A contract names no catalog, and speaks of the table in each; a name without one means the only table that there is. */
  #stored(catalog: string | undefined, key: string): StoredRelation | undefined {
    const all = this.#relations.get(key) ?? [];
    const wanted = catalog?.toLowerCase();
    const own = all.find((one) => one.catalog?.toLowerCase() === wanted);
    const everywhere = all.find((one) => one.catalog === undefined);
    return own ?? everywhere ?? (catalog === undefined && all.length === 1 ? all[0] : undefined);
  }

  /** Keeps what one knows and the other does not: a statement gives the types, a contract the words. */
  #put(catalog: string | undefined, schema: string, name: string, relation: Omit<FoundRelation, 'id'>): StoredRelation {
    const key = keyOf(schema, name);
    const before = this.#stored(catalog, key);
    const known = new Map(before?.columns?.map((column) => [column.name.toLowerCase(), column]));
    const columns = (relation.columns ?? before?.columns)?.map((column) => ({
      ...column,
      typeText: column.typeText ?? known.get(column.name.toLowerCase())?.typeText,
      description: column.description ?? known.get(column.name.toLowerCase())?.description,
    }));
    const id = [...(catalog === undefined ? [] : [catalog]), schema, name].join('.');
    const description = relation.description ?? before?.description;
    const stored = { ...relation, columns, description, id, catalog, schema, name };
    const others = (this.#relations.get(key) ?? []).filter(
      (one) => one.catalog?.toLowerCase() !== catalog?.toLowerCase(),
    );
    this.#relations.set(key, [...others, stored]);
    return stored;
  }
}

function keyOf(schema: string, table: string): string {
  return `${schema}.${table}`.toLowerCase();
}
