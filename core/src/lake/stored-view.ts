/** How a view's columns follow what its tables become. Spark: `ViewSchemaMode`. */
export type ViewSchemaMode = (typeof viewSchemaModes)[number];

export const viewSchemaModes = ['BINDING', 'COMPENSATION', 'TYPE EVOLUTION', 'EVOLUTION'] as const;

/** A column as a view was made with it. */
export interface ViewColumn {
  readonly name: string;
  /** Spark's type text. */
  readonly typeText: string;
  /** What the query calls it. */
  readonly queryName: string;
  readonly comment?: string;
}

/** A query as text, and the names that were current where it was written. */
export interface StoredQuery {
  readonly definition: string;
  readonly catalog: string | undefined;
  readonly schema: string | undefined;
}

/** A view as Unity Catalog keeps it: texts only. What another tool has not told is undefined. */
export interface ViewDefinition extends StoredQuery {
  readonly columns: readonly ViewColumn[];
  readonly mode: ViewSchemaMode;
  /** How the compute that made it evaluates SQL: the view is always evaluated so. */
  readonly ansi: boolean | undefined;
  readonly timeZone: string | undefined;
  /** The collation of texts that its query writes. */
  readonly collation: string | undefined;
  readonly comment: string | undefined;
  /** TBLPROPERTIES. */
  readonly properties: ReadonlyMap<string, string>;
}

/** The view whose columns are now those that its query gives, where its mode lets them; undefined: it is as it was. */
export function evolvedView(
  view: ViewDefinition,
  now: readonly {
    readonly name: string;
    readonly typeText: string;
    readonly notes?: { readonly declared?: string; readonly comment?: string };
  }[],
): ViewDefinition | undefined {
  if (view.mode !== 'EVOLUTION' && view.mode !== 'TYPE EVOLUTION') return undefined;
  const columns = now.map(({ name, typeText: type, notes }, at): ViewColumn => {
    const typeText = notes?.declared ?? type;
    const before = view.columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
    const queryName = view.mode === 'EVOLUTION' ? name : (view.columns[at]?.queryName ?? name);
    const comment = view.mode === 'EVOLUTION' ? notes?.comment : before?.comment;
    return { ...(comment === undefined ? {} : { comment }), name, typeText, queryName };
  });
  const text = (all: readonly ViewColumn[]): string =>
    JSON.stringify(all.map(({ name, typeText, queryName, comment }) => [name, typeText, queryName, comment]));
  return text(columns) === text(view.columns) ? undefined : { ...view, columns };
}

/** The properties in which Spark keeps what a view is, beside its text (`CatalogTable.VIEW_PREFIX`). */
const prefix = 'view.';
const names = {
  part: 'view.catalogAndNamespace.part.',
  parts: 'view.catalogAndNamespace.numParts',
  queryColumn: 'view.query.out.col.',
  queryColumns: 'view.query.out.numCols',
  mode: 'view.schemaMode',
  ansi: 'view.sqlConfig.spark.sql.ansi.enabled',
  timeZone: 'view.sqlConfig.spark.sql.session.timeZone',
  collation: 'collation',
};

/** Where a stored query was written, under the properties of Spark. */
export function homeProperties({ catalog, schema }: StoredQuery): Record<string, string> {
  const home = [catalog, schema].filter((name) => name !== undefined);
  return {
    [names.parts]: String(home.length),
    ...Object.fromEntries(home.map((name, index) => [`${names.part}${index}`, name])),
  };
}

/** The properties of a view, its own and those that TBLPROPERTIES gives. */
export function viewProperties(view: ViewDefinition): Record<string, string> {
  const { columns, mode, ansi, timeZone, collation, properties } = view;
  return {
    ...Object.fromEntries(properties),
    ...homeProperties(view),
    [names.queryColumns]: String(columns.length),
    ...Object.fromEntries(columns.map(({ queryName }, index) => [`${names.queryColumn}${index}`, queryName])),
    [names.mode]: mode,
    ...(ansi === undefined ? {} : { [names.ansi]: String(ansi) }),
    ...(timeZone === undefined ? {} : { [names.timeZone]: timeZone }),
    ...(collation === undefined ? {} : { [names.collation]: collation }),
  };
}

interface ViewInfo {
  readonly view_definition?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly columns?: readonly {
    readonly name: string;
    readonly type_text?: string;
    readonly comment?: string;
  }[];
  readonly comment?: string;
}

/** The query of a view, a materialized view or a streaming table; undefined for what has none. */
export function storedQuery({ view_definition: definition, properties = {} }: ViewInfo): StoredQuery | undefined {
  if (definition === undefined) return undefined;
  return { definition, catalog: properties[`${names.part}0`], schema: properties[`${names.part}1`] };
}

/** A view as its catalog tells it; undefined for what has no query. */
export function storedView(info: ViewInfo): ViewDefinition | undefined {
  const query = storedQuery(info);
  if (!query) return undefined;
  const { properties = {}, columns = [], comment } = info;
  const ansi = properties[names.ansi];
  return {
    ...query,
    columns: columns.map(({ name, type_text: typeText = '', comment: of }, index) => ({
      name,
      typeText,
      queryName: properties[`${names.queryColumn}${index}`] ?? name,
      ...(of === undefined ? {} : { comment: of }),
    })),
    mode: viewSchemaModes.find((mode) => mode === properties[names.mode]) ?? 'COMPENSATION',
    ansi: ansi === undefined ? undefined : ansi === 'true',
    timeZone: properties[names.timeZone],
    collation: properties[names.collation],
    comment: comment === '' ? undefined : comment,
    properties: new Map(
      Object.entries(properties).filter(([key]) => !key.startsWith(prefix) && key !== names.collation),
    ),
  };
}
