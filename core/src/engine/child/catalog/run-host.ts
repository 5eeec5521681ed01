import { ExpectedError } from '../../../base/expected-error.ts';
import type { Snapshot } from '../../../delta/actions.ts';
import { ruleKeys } from '../../../delta/column-rules.ts';
import { declaredType } from '../../../delta/declared-types.ts';
import type { DeltaStruct } from '../../../delta/schema.ts';
import type { Securable } from '../../../lake/grants.ts';
import { formatLakePath } from '../../../lake/names.ts';
import type { ResolvedTable } from '../../../lake/resolver.ts';
import { storedKeys } from '../../../lake/table-keys.ts';
import type { NamespaceInfo, TableInfo } from '../../../lake/unity-catalog.ts';
import type { PolicyCall } from '../../../lake/policies.ts';
import type { Commented, GrantedOn, Policy } from '../../../sql/catalog-command.ts';
import type { ColumnRule, CompiledStatement, TableReference } from '../../../sql/contract.ts';
import type { Run } from '../context.ts';
import { completeName, completeSchema, nameText } from '../names.ts';
import { checkFormat, readVersion, versionOf } from '../relations/table.ts';
import type { Inputs } from '../relations/bind.ts';
import { alterTable, clusteringColumns } from '../statements/alter-table.ts';
import { namesView, queryColumns } from '../statements/described-columns.ts';
import type { StatementEffect } from '../statements/effect.ts';
import { writableTable } from '../statements/writable-table.ts';
import { alteredProperties } from './altered-properties.ts';
import { analyze, statisticsOf } from './analyze.ts';
import type {
  CatalogHost,
  DescribedNamespace,
  DescribedView,
  DescribedRelation,
  Partition,
  SchemaName,
} from './host.ts';
import { runCatalogCommand } from './index.ts';
import { keyToStore, primaryKey } from './table-keys.ts';

interface Told {
  readonly inputs: Inputs;
  written?: StatementEffect['written'];
}

/** A run as the host of statements about Unity Catalog. @param told gathers what they read and write. */
function runHost(run: Run, folder: string, told: Told): CatalogHost {
  const { resolver } = run.context;
  const { objects } = resolver;
  const schemaName = (catalog: string | undefined, schema: string | undefined): SchemaName =>
    completeSchema(run, catalog, schema);
  return {
    home: () => ({ ...run.current }),
    schemaName,
    relation: (target) => describedRelation(run, target, folder, told.inputs),
    temporaryViews: () => [...run.views.keys()].filter((key) => !key.includes('.')),
    relations: ({ catalog, schema }) => objects.tableNames(catalog, schema),
    schema: async ({ catalog, schema }) => namespace(await objects.schema(catalog, schema)),
    schemas: (catalog) => objects.schemaNames(catalog),
    catalog: async (name) => namespace(await objects.catalog(name)),
    catalogs: () => objects.catalogNames(),
    partitions: (target) => partitionsOf(run, target, told.inputs),
    routine: async (name) => {
      const [table = '', schema, catalog] = name.toReversed();
      const own = name.length === 1 ? run.program.functions.get(table.toLowerCase())?.definition : undefined;
      return own ?? (await resolver.findFunction({ ...completeSchema(run, catalog, schema), table }));
    },
    analyze: (command) => analyze(run, command, told.inputs),
    comment: async (on, text) => {
      const written = await setComment(run, on, text, folder);
      if (written) told.written = written;
    },
    grants: (on) => resolver.grants(securable(run, on)),
    changeGrants: (on, change) => resolver.changeGrants(securable(run, on), change),
    changeTags: (on, column, change) => resolver.changeTags(securable(run, on), column, change),
    addKey: async (target, key) => {
      const table = await writableTable(run, completeName(run, target));
      const { schema, version } = await readVersion(run, table.location);
      told.inputs.reads.push(versionOf(table, version));
      await resolver.keys.add(table.name, await keyToStore(run, table.name, schema, key));
    },
    createCatalog: async (name, creation) => {
      const location = creation.location ?? (await localRoot(run));
      await objects.createCatalog(name, { ...creation, ...(location === undefined ? {} : { location }) });
    },
    createVolume: (target, creation) => objects.createVolume(completeName(run, target), creation),
    dropVolume: (target, ifExists) => objects.dropVolume(completeName(run, target), { ifExists }),
    setRowFilter: async (target, filter) => {
      const { name } = await writableTable(run, completeName(run, target));
      await resolver.setRowFilter(name, filter && (await policyCall(run, filter, filter.columns.length)));
    },
    setMask: async (target, column, mask) => {
      const { name } = await writableTable(run, completeName(run, target));
      await resolver.setMask(name, column, mask && (await policyCall(run, mask, mask.columns.length + 1)));
    },
    dropPrimaryKey: async (target, ifExists) => {
      const table = await writableTable(run, completeName(run, target));
      const key = await primaryKey(run, table.name);
      if (key) await resolver.keys.drop(table.name, key.name, { cascade: false });
      else if (!ifExists) throw noPrimaryKey(nameText(table.name));
    },
    alterSchema: async ({ catalog, schema }, change) => {
      const { properties = {} } = await objects.schema(catalog, schema);
      await objects.changeSchema(catalog, schema, alteredProperties(`${catalog}.${schema}`, properties, change));
    },
  };
}

/** A statement about the catalog, over Unity Catalog and the logs of its Delta tables. */
export async function runCatalog(
  run: Run,
  { command }: Extract<CompiledStatement, { kind: 'catalog' }>,
  folder: string,
): Promise<StatementEffect> {
  const started = performance.now();
  const told: Told = { inputs: { reads: [], readFiles: [], readPaths: [] } };
  const shown = await runCatalogCommand(runHost(run, folder, told), command);
  const seconds = (performance.now() - started) / 1000;
  return {
    inputs: told.inputs,
    ...(told.written ? { written: told.written } : {}),
    ...(shown ? { rows: { ...shown, truncated: false, seconds } } : {}),
  };
}

async function describedRelation(
  run: Run,
  target: TableReference,
  folder: string,
  inputs: Inputs,
): Promise<DescribedRelation> {
  const view = namesView(run, target);
  if (view) {
    const columns = await queryColumns(run, view, folder);
    return { table: target.table, temporary: true, type: 'VIEW', columns, partitionColumns: [], properties: new Map() };
  }
  const { resolver } = run.context;
  const name = completeName(run, target);
  const found = await resolver.relation(name);
  const info = await resolver.objects.table(found.name);
  if (found.type !== 'VIEW') return await describedTable(run, found, info, inputs);
  const columns = (info.columns ?? []).map(({ name: column, type_text = '', comment }) => ({
    name: column,
    typeText: type_text,
    ...(comment === undefined ? {} : { comment }),
  }));
  const { definition, catalog, schema, mode, columns: kept } = found.view;
  const outputColumns = kept.map(({ queryName }) => queryName);
  return {
    ...identity(info),
    type: 'VIEW',
    columns,
    partitionColumns: [],
    properties: new Map(Object.entries(info.properties ?? {})),
    view: { text: definition, schemaMode: mode, home: { catalog, schema }, outputColumns },
  };
}

async function describedTable(
  run: Run,
  table: ResolvedTable,
  info: TableInfo,
  inputs: Inputs,
): Promise<DescribedRelation> {
  checkFormat(table);
  const snapshot = await readVersion(run, table.location);
  inputs.reads.push(versionOf(table, snapshot.version));
  const { metadata } = snapshot;
  const { comment = metadata.description, ...named } = identity(info);
  const statistics = statisticsOf(info);
  return {
    ...named,
    type: table.type,
    columns: columnsOf(snapshot.schema),
    partitionColumns: metadata.partitionColumns,
    clusteringColumns: clusteringColumns(snapshot),
    provider: 'delta',
    location: formatLakePath(table.location),
    properties: new Map([...Object.entries(metadata.configuration), ...protocolProperties(snapshot)]),
    ...(comment === undefined ? {} : { comment }),
    ...(statistics ? { statistics } : {}),
    keys: storedKeys(info),
    ...(table.query ? { view: storedQuery(table.query) } : {}),
  };
}

/** Where a catalog of this machine lies that says nothing of it: beside the others. A workspace knows its own metastore's root. */
async function localRoot(run: Run): Promise<string | undefined> {
  const { environment, resolver } = run.context;
  if (environment.name !== 'local') return undefined;
  const [first] = await resolver.objects.catalogNames();
  return first === undefined ? undefined : (await resolver.objects.catalog(first)).storage_root;
}

/** The function of a filter or mask by its full name. Rejects where there is none, or where it takes another number of values. */
async function policyCall(run: Run, { functionName, columns }: Policy, count: number): Promise<PolicyCall> {
  const name = completeName(run, functionName);
  const found = await run.context.resolver.findFunction(name);
  const text = nameText(name);
  if (found && found.parameters.length === count) return { functionName: text, columns };
  throw new ExpectedError({
    code: found ? 'sql.wrong-arguments' : 'sql.function-not-found',
    message: found
      ? `${text} takes ${found.parameters.length} values, and is given ${count}.`
      : `There is no function ${text}.`,
    nextStep: 'Correct the name or the columns, or create the function first.',
    range: functionName.range,
  });
}

function noPrimaryKey(table: string): ExpectedError {
  return new ExpectedError({
    code: 'catalog.no-such-key',
    message: `${table} has no primary key.`,
    nextStep: 'Leave the statement out, or write IF EXISTS.',
  });
}

function storedQuery({ definition, catalog, schema }: NonNullable<ResolvedTable['query']>): DescribedView {
  return { text: definition, schemaMode: 'BINDING', home: { catalog, schema } };
}

/** The columns of a Delta table with their comments. */
function columnsOf({ fields }: DeltaStruct): DescribedRelation['columns'] {
  return fields.map(({ name, type, nullable, metadata }) => {
    const { comment } = metadata;
    const rule = ruleOf(metadata);
    return {
      name,
      typeText: declaredType({ type, metadata }),
      nullable,
      ...(typeof comment === 'string' ? { comment } : {}),
      ...(rule ? { rule } : {}),
    };
  });
}

function ruleOf(metadata: DeltaStruct['fields'][number]['metadata']): ColumnRule | undefined {
  const [byDefault, generated] = [metadata[ruleKeys.default], metadata[ruleKeys.generation]];
  if (typeof byDefault === 'string') return { kind: 'default', sql: byDefault };
  if (typeof generated === 'string') return { kind: 'generated', sql: generated };
  const [start, step] = [metadata[ruleKeys.identityStart], metadata[ruleKeys.identityStep]];
  if (typeof start !== 'number' || typeof step !== 'number') return undefined;
  const always = metadata[ruleKeys.identityAllowExplicit] !== true;
  return { kind: 'identity', always, start: String(start), step: String(step) };
}

/** What Delta shows of a table's protocol among its properties. */
function protocolProperties({ protocol }: Snapshot): [string, string][] {
  const { minReaderVersion, minWriterVersion, readerFeatures = [], writerFeatures = [] } = protocol;
  const features = [...new Set([...readerFeatures, ...writerFeatures])];
  return [
    ['delta.minReaderVersion', String(minReaderVersion)],
    ['delta.minWriterVersion', String(minWriterVersion)],
    ...features.map((name): [string, string] => [`delta.feature.${name}`, 'supported']),
  ];
}

function identity(info: TableInfo) {
  const { catalog_name: catalog, schema_name: schema, name: table, owner, comment } = info;
  const { created_at: createdAt, created_by: createdBy } = info;
  return {
    catalog,
    schema,
    table,
    temporary: false,
    ...(owner === undefined ? {} : { owner }),
    ...(comment === undefined ? {} : { comment }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(createdBy === undefined ? {} : { createdBy }),
  };
}

function namespace(info: NamespaceInfo): DescribedNamespace {
  const { name, comment = '', owner, storage_location: location = info.storage_root, properties = {} } = info;
  const { created_at: createdAt, created_by: createdBy, updated_at: updatedAt, updated_by: updatedBy } = info;
  return {
    name,
    comment,
    properties: new Map(Object.entries(properties)),
    ...(owner === undefined ? {} : { owner }),
    ...(location === undefined ? {} : { location }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(createdBy === undefined ? {} : { createdBy }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    ...(updatedBy === undefined ? {} : { updatedBy }),
  };
}

async function partitionsOf(run: Run, target: TableReference, inputs: Inputs): Promise<readonly Partition[]> {
  const table = await run.context.resolver.table(completeName(run, target));
  checkFormat(table);
  const snapshot = await readVersion(run, table.location);
  inputs.reads.push(versionOf(table, snapshot.version));
  const found = snapshot.files.map(({ partitionValues }) =>
    snapshot.metadata.partitionColumns.map((name) => [name, partitionValues[name] ?? null] as const),
  );
  return [...new Map(found.map((partition) => [JSON.stringify(partition), partition])).values()];
}

/** A comment lies with what it is about: a Delta table's in its log, and in the catalog too; the others' in the catalog. */
async function setComment(
  run: Run,
  on: Commented,
  text: string | undefined,
  folder: string,
): Promise<StatementEffect['written']> {
  const { objects } = run.context.resolver;
  // Unity Catalog takes no comment away: an empty one says as much.
  const comment = text ?? '';
  switch (on.kind) {
    case 'catalog':
      await objects.changeCatalog(on.catalog, { comment });
      return undefined;
    case 'schema': {
      const { catalog, schema } = completeSchema(run, on.name.catalog, on.name.schema);
      await objects.changeSchema(catalog, schema, { comment });
      return undefined;
    }
    case 'column': {
      const change = { kind: 'setComment', column: on.column, comment } as const;
      return (await alterTable(run, { ...statementOf(on), change }, folder)).written;
    }
    case 'relation': {
      const found = await run.context.resolver.relation(completeName(run, on.target));
      const change = { kind: 'setTableComment', comment } as const;
      const effect = found.type === 'VIEW' ? {} : await alterTable(run, { ...statementOf(on), change }, folder);
      await objects.changeTable(found.name, { comment });
      return effect.written;
    }
  }
}

function securable(run: Run, on: GrantedOn): Securable {
  switch (on.type) {
    case 'METASTORE':
      return { type: on.type, fullName: '' };
    case 'CATALOG':
      return { type: on.type, fullName: completeSchema(run, on.catalog, '').catalog };
    case 'SCHEMA': {
      const { catalog, schema } = completeSchema(run, on.name?.catalog, on.name?.schema);
      return { type: on.type, fullName: `${catalog}.${schema}` };
    }
    case 'TABLE':
    case 'FUNCTION':
    case 'VOLUME':
      return { type: on.type, fullName: nameText(completeName(run, on.target)) };
  }
}

function statementOf({ target }: { readonly target: TableReference }) {
  return { text: '', range: target.range, kind: 'alterTable', target } as const;
}
